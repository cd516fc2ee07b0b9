//! Many clients on different connections share a token.

use lark_core::{Client, TokenKind};
use lark_redis::RedisStore;
use lark_sandbox::Sandbox;

use crate::redis_server::RedisServer;

const PROCESSES: usize = 4;
const CALLS: usize = 250;

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_uses_the_token_that_one_of_it_has_fetched() {
    let (server, sandbox) = (RedisServer::start(), Sandbox::start().await.expect("a port"));
    let process = || {
        let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let store = RedisStore::new(&server.connect());
        client.base_url(sandbox.base_url()).store(store).build().expect("a client")
    };
    let token = process().token(TokenKind::Tenant).await.expect("a token");
    let mut calls = Vec::new();
    for client in (0..PROCESSES).map(|_| process()) {
        for _ in 0..CALLS {
            let client = client.clone();
            calls.push(tokio::spawn(async move { client.token(TokenKind::Tenant).await }));
        }
    }
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a token"), token);
    }
    assert_eq!(sandbox.token_requests(), 1);
}
