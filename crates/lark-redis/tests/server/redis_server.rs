//! A Redis server of a test's own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_redis::Redis;

/// A server on a free port, with a directory of its own. It ends with this value.
pub(crate) struct RedisServer {
    /// With its log.
    child: Option<(Child, BufReader<ChildStdout>)>,
    port: u16,
    directory: PathBuf,
    options: Vec<String>,
}

impl RedisServer {
    /// Starts a server that writes each change to its disk.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one with more options.
    pub(crate) fn with(options: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("lark-redis-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).expect("a directory");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let options = options.iter().map(|it| (*it).to_owned()).collect();
        let mut server = Self { child: None, port, directory, options };
        server.resume();
        server
    }

    /// Starts it again with what it had on its disk, and waits until its log says that it is there.
    pub(crate) fn resume(&mut self) {
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(&self.options)
            .current_dir(&self.directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tests of lark-redis need `redis-server` (Debian: apt-get install redis-server)");
        let mut log = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("Ready to accept connections") {
            line.clear();
            let length = log.read_line(&mut line).expect("a line");
            assert!(length > 0, "redis-server has ended");
        }
        self.child = Some((child, log));
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        if let Some((mut child, _)) = self.child.take() {
            child.kill().expect("a process");
            child.wait().expect("its end");
        }
    }

    /// Sends it a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let (child, _) = self.child.as_ref().expect("it runs");
        let id = child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill").success());
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its answer to a command, as `redis-cli` writes it.
    pub(crate) fn ask(&self, command: &[&str]) -> String {
        let mut cli = Command::new("redis-cli");
        let answer = cli.args(["-p", &self.port.to_string()]).args(command).output();
        String::from_utf8(answer.expect("redis-cli").stdout).expect("text")
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> Redis {
        Redis::open(&self.url()).expect("an address")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.child {
            _ = child.kill();
            _ = child.wait();
        }
        _ = fs::remove_dir_all(&self.directory);
    }
}

/// Waits until a server that was stopped answers again.
pub(crate) async fn answers(redis: &Redis) {
    let answer = async {
        while redis.check().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), answer).await.expect("an answer");
}
