//! A primary that dies, and the replica that Sentinel puts in its place.

use std::net::TcpListener;
use std::time::Duration;

use lark_core::{Claim, Dedup as _, StoreEntry, TokenStore as _};
use lark_redis::{Redis, RedisDedup, RedisStore};

#[cfg(feature = "inbox")]
use crate::inbox_fleet::{CHATS, Fleet, send};
use crate::redis_server::{RedisServer, answers};

/// A primary, its replica, and a sentinel that watches them.
async fn watched() -> [RedisServer; 3] {
    let login = ["--requirepass", "hush", "--masterauth", "hush"];
    let primary = RedisServer::with(&login);
    let of = ["--replicaof", "127.0.0.1", &primary.port().to_string()];
    let replica = RedisServer::with(&[&login[..], &of].concat());
    let sentinel = RedisServer::sentinel(&[
        format!("sentinel monitor bot 127.0.0.1 {} 1", primary.port()),
        "sentinel auth-pass bot hush".to_owned(),
        "sentinel down-after-milliseconds bot 300".to_owned(),
        "sentinel failover-timeout bot 5000".to_owned(),
    ]);
    let replica_port = replica.port().to_string();
    let known = [replica_port.as_str(), "master-link-status\nok"];
    until(&sentinel, &["SENTINEL", "replicas", "bot"], &known).await;
    [primary, replica, sentinel]
}

/// Waits until an answer has all of these parts.
async fn until(server: &RedisServer, command: &[&str], parts: &[&str]) {
    let done = async {
        let mut last = String::new();
        while !parts.iter().all(|part| last.contains(part)) {
            last = server.ask(command);
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), done).await;
    waited.unwrap_or_else(|_| panic!("{command:?}: {}", server.ask(command)));
}

/// Who waits for less time than connecting takes gets an answer once it was enough for all together.
async fn impatience_comes_to_an_end(redis: &Redis) {
    let store = RedisStore::new(redis);
    let answer = async {
        let patience = Duration::from_millis(300);
        while !matches!(tokio::time::timeout(patience, store.get("k")).await, Ok(Ok(_))) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), answer).await.expect("an answer");
}

/// The primary dies while handlers run and events come; what was acknowledged is handled, and what was
/// committed is not handled again. The replica has what was answered, which `WAIT` is asked for.
#[cfg(feature = "inbox")]
#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_survives_a_fail_over() {
    let [mut primary, _replica, sentinel] = watched().await;
    let url = format!("redis://:hush@127.0.0.1:{}", sentinel.port());
    let redis = Redis::builder([url]).sentinel("bot").open().expect("it fits together");
    let fleet = Fleet::new(100);
    let routers = [fleet.start(&redis).await, fleet.start(&redis).await];
    for number in 0..200 {
        send(&routers[number % 2], number).await;
    }
    fleet.reaches(100, CHATS).await;
    let waited = primary.ask(&["-a", "hush", "--no-auth-warning", "WAIT", "1", "10000"]);
    assert_eq!(waited.trim(), "1", "the replica has it");
    primary.kill();
    let coming = async {
        for number in 200..300 {
            send(&routers[number % 2], number).await;
        }
    };
    tokio::join!(coming, async { fleet.go_on() });
    fleet.reaches(300, 0).await;
    fleet.check(300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fail_over_is_survived() {
    let [mut primary, _replica, sentinel] = watched().await;
    // The first one takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let ports = [silent.local_addr().expect("an address").port(), sentinel.port()];
    let urls = ports.map(|port| format!("redis://:hush@127.0.0.1:{port}"));
    let redis = Redis::builder(urls.clone()).sentinel("bot").open().expect("it fits together");
    impatience_comes_to_an_end(&redis).await;
    let (store, dedup) = (RedisStore::new(&redis), RedisDedup::new(&redis));
    let entry = StoreEntry { value: "t-1".into(), expires_at: None };
    store.put("k", entry.clone()).await.expect("a change");
    let keys = ["e1".to_owned()];
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::New);
    dedup.finish(&keys).await.expect("an end");
    let waited = primary.ask(&["-a", "hush", "--no-auth-warning", "WAIT", "1", "10000"]);
    assert_eq!(waited.trim(), "1", "the replica has it");

    primary.kill();
    store.get("k").await.expect_err("nobody has taken over yet");
    answers(&redis).await;
    assert_eq!(store.get("k").await.expect("an answer"), Some(entry));
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::Done);

    let unknown = Redis::builder(urls).sentinel("another").open().expect("it fits together");
    let error = unknown.check().await.expect_err("there is none").to_string();
    assert!(error.contains("does not know the service") && error.contains("another"), "{error}");
    assert!(!error.contains("hush"), "{error}");
}
