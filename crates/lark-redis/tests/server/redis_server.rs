//! A Redis server of a test's own.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use lark_redis::Redis;

/// A server on a free port, with a directory of its own. It ends with this value.
pub(crate) struct RedisServer {
    child: Option<Child>,
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

    /// Starts it again with what it had on its disk.
    pub(crate) fn resume(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(&self.options)
            .current_dir(&self.directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tests of lark-redis need `redis-server` (Debian: apt-get install redis-server)");
        self.child = Some(child);
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a process");
            child.wait().expect("its end");
        }
    }

    /// Sends it a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill").success());
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection of its own, once the server answers.
    pub(crate) async fn connect(&self) -> Redis {
        let redis = Redis::open(&self.url()).expect("an address");
        answers(&redis).await;
        redis
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            _ = child.kill();
            _ = child.wait();
        }
        _ = fs::remove_dir_all(&self.directory);
    }
}

/// Waits until the server answers.
pub(crate) async fn answers(redis: &Redis) {
    let mut last = None;
    // The attempts have pauses of their own.
    for _ in 0..100_000 {
        match redis.check().await {
            Ok(()) => return,
            Err(error) => last = Some(error),
        }
        tokio::task::yield_now().await;
    }
    panic!("the server does not come up: {last:?}");
}
