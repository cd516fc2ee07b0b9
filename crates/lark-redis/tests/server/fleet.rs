//! Many clients on different connections: one request for a token.

use lark_core::{Client, TokenKind};
use lark_redis::RedisStore;
use lark_sandbox::Sandbox;

use crate::redis_server::RedisServer;

const PROCESSES: usize = 4;
const CALLS: usize = 250;

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_asks_for_one_token() {
    let (server, sandbox) = (RedisServer::start(), Sandbox::start().await.expect("a port"));
    let mut calls = Vec::new();
    for _ in 0..PROCESSES {
        let store = RedisStore::new(&server.connect());
        let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let client = client.base_url(sandbox.base_url()).store(store).build().expect("a client");
        for _ in 0..CALLS {
            let client = client.clone();
            calls.push(tokio::spawn(async move { client.token(TokenKind::Tenant).await }));
        }
    }
    for call in calls {
        call.await.expect("no panic").expect("a token");
    }
    assert_eq!(sandbox.token_requests(), 1);
}
