//! A Redis that is killed as well.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that writes each change to its disk before it answers. It ends with this value.
pub(super) struct RedisServer {
    child: Child,
    port: u16,
    directory: PathBuf,
}

impl RedisServer {
    pub(super) fn start(directory: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let directory = directory.to_owned();
        Self { child: launch(port, &directory), port, directory }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it, and starts it again with what it had on its disk.
    pub(super) fn restart(&mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("its end");
        self.child = launch(self.port, &self.directory);
    }
}

fn launch(port: u16, directory: &Path) -> Child {
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always"])
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
