//! A server that goes away, hangs and comes back.

use std::time::{Duration, Instant};

use lark_core::{Claim, Client, Dedup, StoreEntry, TokenStore};
use lark_redis::{RedisDedup, RedisRateLimits, RedisStore};
use lark_sandbox::Sandbox;

use crate::redis_server::{RedisServer, answers};
use crate::worker::document;

fn entry(value: &str) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_crash_of_the_server() {
    let mut server = RedisServer::start();
    let redis = server.connect();
    let (store, dedup) = (RedisStore::new(&redis), RedisDedup::new(&redis));
    store.put("k", entry("t-1")).await.expect("a change");
    let keys = ["e1".to_owned(), "m1".to_owned()];
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::New);
    dedup.finish(&keys).await.expect("an end");
    server.kill();
    store.get("k").await.expect_err("the server is away");
    server.resume();
    answers(&redis).await;
    assert_eq!(store.get("k").await.expect("an answer"), Some(entry("t-1")));
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::Done);
}

/// The connection is open, and broken: the first call after that opens another one by itself.
#[tokio::test]
async fn a_restart_between_two_calls_is_not_noticed() {
    let mut server = RedisServer::start();
    let redis = server.connect();
    let store = RedisStore::new(&redis);
    store.put("k", entry("t-1")).await.expect("a change");
    server.kill();
    server.resume();
    assert_eq!(store.get("k").await.expect("an answer"), Some(entry("t-1")));
}

#[tokio::test]
async fn a_server_that_hangs_fails_calls_in_time() {
    let server = RedisServer::start();
    let redis = server.connect();
    let store = RedisStore::new(&redis);
    server.signal("STOP");
    let begin = Instant::now();
    let calls = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.get("k").await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic").expect_err("no answer");
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    server.signal("CONT");
    answers(&redis).await;
    assert_eq!(store.get("k").await.expect("an answer"), None);
}

/// Neither tokens nor rate limits need Redis, at the start or in the middle.
#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_without_redis() {
    let (mut server, sandbox) = (RedisServer::start(), Sandbox::start().await.expect("a port"));
    let client = || {
        let (client, redis) =
            (Client::builder(sandbox.app_id(), sandbox.app_secret()), server.connect());
        let client = client.store(RedisStore::new(&redis)).documented_rate_limits();
        let client = client.shared_rate_limits(RedisRateLimits::new(&redis));
        client.base_url(sandbox.base_url()).build().expect("a client")
    };
    let (running, stopped) = (client(), client());
    running.send(document()).await.expect("all is well");
    server.signal("STOP");
    for client in [&running, &stopped] {
        client.with_timeout(Duration::from_secs(10)).send(document()).await.expect("it hangs");
    }
    server.signal("CONT");
    let away = client();
    server.kill();
    sandbox.revoke_tokens();
    for client in [&running, &stopped, &away] {
        client.with_timeout(Duration::from_secs(10)).send(document()).await.expect("it is away");
    }
}
