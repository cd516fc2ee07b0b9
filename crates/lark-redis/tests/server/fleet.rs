//! Many processes share a token.

use std::path::PathBuf;

use lark_sandbox::Sandbox;

use crate::process::{self, Process};
use crate::redis_server::RedisServer;
use crate::worker;

const PROCESSES: usize = 4;

/// All of them start without a token, and lose it while they make calls.
async fn one_token_for_all(store: &str) {
    let sandbox = Sandbox::start().await.expect("a port");
    let mut fleet: Vec<_> = (0..PROCESSES).map(|_| Process::start(&sandbox, store)).collect();
    process::all(&mut fleet, "call 1000");
    assert_eq!(sandbox.token_requests(), 1, "of processes that start at once");

    let before = sandbox.requests();
    fleet.iter_mut().for_each(|process| process.order("call 250"));
    while sandbox.requests() < before + 200 {
        tokio::task::yield_now().await;
    }
    sandbox.revoke_tokens();
    process::done(&mut fleet);
    assert_eq!(sandbox.token_requests(), 2, "one more for a token that was revoked under load");
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_on_one_redis_ask_for_one_token() {
    // What the processes of all fleets run.
    if worker::is_wanted() {
        return worker::work().await;
    }
    let server = RedisServer::start();
    one_token_for_all(&server.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_on_one_directory_ask_for_one_token() {
    let name = format!("lark-fleet-{}", std::process::id());
    let directory = Litter(std::env::temp_dir().join(name));
    one_token_for_all(directory.0.to_str().expect("text")).await;
}

/// A directory that goes with the test.
struct Litter(PathBuf);

impl Drop for Litter {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}
