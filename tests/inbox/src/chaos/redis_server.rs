//! A Redis that is killed as well.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that writes each change to its disk before it answers. It ends with this value.
pub(super) struct RedisServer {
    child: Child,
    port: u16,
    directory: PathBuf,
    /// What it was held up by, and for how many milliseconds at most.
    delays: BTreeMap<String, u64>,
}

impl RedisServer {
    pub(super) fn start(directory: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let directory = directory.to_owned();
        Self { child: launch(port, &directory), port, directory, delays: BTreeMap::new() }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What it says that it was held up by for 20 ms or more since its first start, such as `aof-fsync-always`,
    /// the flush of its disk, and for how many milliseconds at most.
    pub(super) fn delays(&mut self) -> BTreeMap<String, u64> {
        let mut cli = Command::new("redis-cli");
        let cli = cli.args(["-p", &self.port.to_string(), "LATENCY", "LATEST"]).output();
        let text = String::from_utf8(cli.expect("redis-cli").stdout).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        // A name, when it was last, how long then, and how long at most.
        for event in lines.chunks_exact(4) {
            let longest = self.delays.entry(event[0].to_owned()).or_default();
            *longest = (*longest).max(event[3].parse().unwrap_or_default());
        }
        self.delays.clone()
    }

    /// Kills it, and starts it again with what it had on its disk.
    pub(super) fn restart(&mut self) {
        self.delays();
        self.child.kill().expect("a process");
        self.child.wait().expect("its end");
        self.child = launch(self.port, &self.directory);
    }
}

fn launch(port: u16, directory: &Path) -> Child {
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always"])
        .args(["--latency-monitor-threshold", "20"])
        .current_dir(directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect(
            "the tests of the inbox need `redis-server` (Debian: apt-get install redis-server)",
        );
    let mut log = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("Ready to accept connections") {
        line.clear();
        assert!(log.read_line(&mut line).expect("a line") > 0, "redis-server has ended");
    }
    // What it says later is of no use, but its pipe must not be closed.
    std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
    child
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
