//! What the processes wrote.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;

pub(super) struct Line {
    /// Of an event: it is `b`egun, its handler `s`tarts, `e`nds or `f`ails, it is `c`ommitted, or `l`ost to
    /// another process. Of a partition: it is `A`cquired, `G`iven back or `L`ost. Or the machine `k`ept the
    /// process from running.
    pub(super) what: u8,
    /// The event, the partition, or for how many milliseconds.
    pub(super) number: usize,
    /// Milliseconds since 1970.
    pub(super) at: u64,
    pub(super) pid: u32,
    /// Of an event that is begun.
    pub(super) partition: usize,
}

impl Line {
    fn read(line: &str) -> Self {
        let parts: Vec<&str> = line.split(' ').collect();
        let [what, number, at, pid, ref rest @ ..] = parts[..] else {
            panic!("not a line: {line}")
        };
        Self {
            what: what.as_bytes()[0],
            number: number.parse().expect("a number"),
            at: at.parse().expect("a time"),
            pid: pid.parse().expect("a process"),
            partition: rest.first().map_or(0, |it| it.parse().expect("a partition")),
        }
    }
}

/// The log of all processes, as far as it was read.
pub(super) struct Log {
    file: File,
    rest: Vec<u8>,
    pub(super) lines: Vec<Line>,
    ended: HashSet<usize>,
    committed: usize,
}

impl Log {
    pub(super) fn new(file: File) -> Self {
        Self { file, rest: Vec::new(), lines: Vec::new(), ended: HashSet::new(), committed: 0 }
    }

    /// Reads on.
    pub(super) fn read(&mut self) {
        self.file.read_to_end(&mut self.rest).expect("a log");
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = self.rest.split_off(end + 1);
        let text = std::mem::replace(&mut self.rest, rest);
        for line in String::from_utf8_lossy(&text).lines() {
            let line = Line::read(line);
            match line.what {
                b'e' => _ = self.ended.insert(line.number),
                b'c' => self.committed += 1,
                _ => {}
            }
            self.lines.push(line);
        }
    }

    /// How many events were handled.
    pub(super) fn ended(&self) -> usize {
        self.ended.len()
    }

    /// How many were committed.
    pub(super) fn committed(&self) -> usize {
        self.committed
    }
}
