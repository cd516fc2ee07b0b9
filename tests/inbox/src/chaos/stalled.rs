//! One process is stopped in the middle of a handler, for longer than its lease; another one takes over.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::redis_server::RedisServer;

/// Runs it. Returns what the processes wrote, each line as what happened and by which process: 0, which is
/// stopped, or 1. And how long after the end of the lease the other one went on.
///
/// # Panics
/// A process cannot be started, or something does not happen.
#[must_use]
pub fn stall(store: &str, program: &str, lease: Duration) -> (Vec<(char, usize)>, Duration) {
    let directory = tempfile::tempdir().expect("a directory");
    let server = (store == "redis").then(|| RedisServer::start(directory.path()));
    let place = match &server {
        Some(server) => server.url(),
        None => directory.path().join("inbox").display().to_string(),
    };
    let log = directory.path().join("log");
    File::create(&log).expect("a log");
    let start = || {
        let mut command = Command::new(program);
        command.args(["worker", &place, &log.display().to_string()]);
        command.arg(lease.as_millis().to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("a process")
    };
    let mut first = start();
    let push = lark_push::message("slow", "om_1", "oc_1", "hello");
    let mut input = first.stdin.take().expect("a pipe");
    input.write_all(format!("slow {push}\n").as_bytes()).expect("it reads");
    wait_for(&log, &format!("s slow {}", first.id()));
    let stopped = Instant::now();
    signal(&first, "STOP");
    let mut second = start();
    wait_for(&log, &format!("s slow {}", second.id()));
    let taken_over = stopped.elapsed();
    wait_for(&log, &format!("c slow {}", second.id()));
    signal(&first, "CONT");
    wait_for(&log, &format!("e slow {}", first.id()));
    // Each ends once its input does, after it has settled what it has.
    drop(input);
    first.wait().expect("its end");
    drop(second.stdin.take());
    second.wait().expect("its end");
    let ids = [first.id(), second.id()];
    let lines = lines(&log);
    let of = |line: &String| {
        let process = ids.iter().position(|id| line.ends_with(&format!(" {id}"))).expect("its id");
        (line.chars().next().expect("a line"), process)
    };
    (lines.iter().map(of).collect(), taken_over.saturating_sub(lease))
}

fn signal(process: &Child, name: &str) {
    let status =
        Command::new("kill").args([&format!("-{name}"), &process.id().to_string()]).status();
    assert!(status.expect("kill").success());
}

/// The lines without their times.
fn lines(log: &Path) -> Vec<String> {
    let text = fs::read_to_string(log).expect("a log");
    let line = |line: &str| {
        let parts: Vec<&str> = line.split(' ').collect();
        [parts[0], parts[1], parts[3]].join(" ")
    };
    text.lines().map(line).collect()
}

fn wait_for(log: &Path, line: &str) {
    let start = Instant::now();
    while !lines(log).iter().any(|it| it == line) {
        assert!(start.elapsed() < Duration::from_secs(30), "never: {line}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
