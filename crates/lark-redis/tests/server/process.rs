//! Processes of a fleet: this program again, for the one test that begins as a [worker](crate::worker).

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lark_sandbox::Sandbox;

/// The variables that tell a worker what it is.
pub(crate) const URL: &str = "LARK_FLEET_URL";
pub(crate) const APP: &str = "LARK_FLEET_APP";
pub(crate) const SECRET: &str = "LARK_FLEET_SECRET";
pub(crate) const STORE: &str = "LARK_FLEET_STORE";
/// Begins the lines that a worker writes for its test; the others are those of the test harness.
pub(crate) const MARK: &str = "fleet: ";

/// A process that does what it is told, and says how that ended.
pub(crate) struct Process {
    child: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts a client of the sandbox whose store is `redis://..` or a directory.
    pub(crate) fn start(sandbox: &Sandbox, store: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("it is running"))
            .args(["--exact", "--nocapture", "fleet::processes_on_one_redis_ask_for_one_token"])
            .env(URL, sandbox.base_url())
            .env(APP, sandbox.app_id())
            .env(SECRET, sandbox.app_secret())
            .env(STORE, store)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program");
        let orders = child.stdin.take().expect("a pipe");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut process = Self { child, orders, lines };
        assert_eq!(process.answer(), "ready");
        process
    }

    /// Gives it an order.
    pub(crate) fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("it listens");
    }

    /// Waits for what it says next.
    pub(crate) fn answer(&mut self) -> String {
        for line in &mut self.lines {
            if let Some((_, said)) = line.expect("text").split_once(MARK) {
                return said.to_owned();
            }
        }
        panic!("a worker has died; what it said is above")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Gives all of them an order, and waits until each has done it without an error.
pub(crate) fn all(processes: &mut [Process], order: &str) {
    processes.iter_mut().for_each(|process| process.order(order));
    done(processes);
}

/// Waits until each has done what it was told, without an error.
pub(crate) fn done(processes: &mut [Process]) {
    let said: Vec<_> = processes.iter_mut().map(Process::answer).collect();
    assert!(said.iter().all(|said| said == "done"), "{said:?}");
}
