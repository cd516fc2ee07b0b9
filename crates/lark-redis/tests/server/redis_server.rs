//! A Redis server of a test's own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
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
    arguments: Vec<String>,
    /// What its log says once it is there.
    ready: &'static str,
}

impl RedisServer {
    /// Starts a server that writes each change to its disk.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one with more options.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::made(|_, _| options.iter().map(|it| (*it).to_owned()).collect())
    }

    /// Starts one whose options depend on its port or have to do with files in its directory.
    pub(crate) fn made(options: impl FnOnce(u16, &Path) -> Vec<String>) -> Self {
        let (port, directory) = (free_port(), fresh_directory());
        let usual = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"];
        let mut arguments: Vec<_> = usual.iter().map(|it| (*it).to_owned()).collect();
        arguments.extend(["--appendfsync".to_owned(), "always".to_owned()]);
        arguments.extend(["--port".to_owned(), port.to_string()]);
        arguments.extend(options(port, &directory));
        Self::run(port, directory, arguments, "Ready to accept connections")
    }

    /// Starts a sentinel with these lines in its configuration.
    pub(crate) fn sentinel(lines: &[String]) -> Self {
        let (port, directory) = (free_port(), fresh_directory());
        let configuration = format!("bind 127.0.0.1\nport {port}\n{}\n", lines.join("\n"));
        fs::write(directory.join("sentinel.conf"), configuration).expect("its directory");
        let arguments = ["sentinel.conf", "--sentinel"].map(str::to_owned).into();
        Self::run(port, directory, arguments, "+monitor master")
    }

    fn run(port: u16, directory: PathBuf, arguments: Vec<String>, ready: &'static str) -> Self {
        let mut server = Self { child: None, port, directory, arguments, ready };
        server.resume();
        server
    }

    /// Starts it again with what it had on its disk, and waits until its log says that it is there.
    pub(crate) fn resume(&mut self) {
        let mut child = Command::new("redis-server")
            .args(&self.arguments)
            .current_dir(&self.directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tests of lark-redis need `redis-server` (Debian: apt-get install redis-server)");
        let mut log = BufReader::new(child.stdout.take().expect("a pipe"));
        let (mut line, mut all) = (String::new(), String::new());
        while !line.contains(self.ready) {
            line.clear();
            let length = log.read_line(&mut line).expect("a line");
            all += &line;
            assert!(length > 0, "redis-server has ended: {all}");
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

    /// The certificate and the like that it has.
    pub(crate) fn file(directory: &Path, name: &str, content: &str) -> String {
        let path = directory.join(name);
        fs::write(&path, content).expect("its directory");
        path.to_str().expect("text").to_owned()
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

/// A port that nobody uses at the moment.
pub(crate) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

fn fresh_directory() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory =
        std::env::temp_dir().join(format!("lark-redis-{}-{number}", std::process::id()));
    fs::create_dir_all(&directory).expect("a directory");
    directory
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
