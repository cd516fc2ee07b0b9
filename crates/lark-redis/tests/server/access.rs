//! Users with few rights, and servers that lack a command.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::inbox::{Position, Store as _};
use lark_core::{
    Dedup as _, PermitRequest, Rate, Refusal, SharedRateLimits as _, StoreEntry, TokenStore as _,
};
use lark_redis::{Redis, RedisDedup, RedisInbox, RedisRateLimits, RedisStore};
use tokio::sync::Notify;

use crate::redis_server::RedisServer;

/// The commands of the README, for the keys of one namespace: those that all need, and those of an inbox.
fn rights() -> [Vec<String>; 2] {
    let mut lines = include_str!("../../README.md").lines();
    [(); 2].map(|()| {
        let line = lines.find_map(|it| it.strip_prefix("ACL SETUSER bot ")).expect("it is there");
        line.split(' ').map(str::to_owned).collect()
    })
}

/// Gives the user `bot` these rights.
fn give(server: &RedisServer, rights: &[String]) {
    let set: Vec<_> =
        ["ACL", "SETUSER", "bot"].into_iter().chain(rights.iter().map(String::as_str)).collect();
    assert_eq!(server.ask(&set).trim(), "OK");
}

fn sign_in(server: &RedisServer) -> Redis {
    let url = format!("redis://bot:password@127.0.0.1:{}", server.port());
    Redis::open(&url).expect("an address").namespace("mybot")
}

/// Everything that is asked of Redis.
async fn use_all(redis: &Redis) -> Result<(), lark_core::StoreError> {
    let (store, dedup) = (RedisStore::new(redis), RedisDedup::new(redis));
    let limits = RedisRateLimits::new(redis);
    let expires_at = Some(std::time::SystemTime::now() + Duration::from_secs(60));
    let entry = StoreEntry { value: "t-1".into(), expires_at };
    redis.check().await?;
    store.put("k", entry.clone()).await?;
    store.get("k").await?;
    store.compare_and_set("k", Some(&entry.value), Some(entry.clone())).await?;
    drop(store.lock("k").await?);
    store.remove("k").await?;
    let keys = ["e1".to_owned()];
    dedup.claim(&keys).await?;
    dedup.release(&keys).await?;
    dedup.claim(&keys).await?;
    dedup.finish(&keys).await?;
    let rates = [Rate::per_second(5)];
    limits.take(PermitRequest::new("op", &rates, 1, Duration::from_secs(1))).await?;
    let refusal = Refusal { pause: Duration::from_secs(1), rate: rates[0], limit: None };
    let heard = Notify::new();
    let hear = |_: &str, _| heard.notify_one();
    let telling = async {
        loop {
            limits.refused("op", refusal).await?;
        }
    };
    tokio::select! {
        ended = limits.listen(&hear) => ended,
        ended = telling => ended,
        () = heard.notified() => Ok(()),
    }
}

#[tokio::test]
async fn a_user_needs_no_more_rights_than_the_readme_says() {
    let server = RedisServer::start();
    let [rights, _] = rights();
    give(&server, &rights);
    let redis = sign_in(&server);
    use_all(&redis).await.expect("it may do all of that");
    let error = use_all(&redis.namespace("other")).await.expect_err("it may not").to_string();
    assert!(error.contains("commands that its ACL user needs"), "{error}");

    // None of them is too many.
    for right in rights.iter().filter(|right| right.starts_with('+')) {
        let taken = right.replace('+', "-");
        let changed = server.ask(&["ACL", "SETUSER", "bot", &taken]);
        assert_eq!(changed.trim(), "OK", "{taken}");
        // The cache of scripts would hide what loads them.
        server.ask(&["SCRIPT", "FLUSH"]);
        server.ask(&["FLUSHALL"]);
        let needed = use_all(&sign_in(&server)).await.is_err();
        assert!(needed || ["+role", "+asking", "+hello"].contains(&right.as_str()), "{right}");
        server.ask(&["ACL", "SETUSER", "bot", right]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_needs_no_more_rights_than_the_readme_says() {
    let server = RedisServer::start();
    let [rights, of_inbox] = rights();
    give(&server, &rights);
    let redis = sign_in(&server);
    let error = RedisInbox::open(&redis, "bot").await.expect_err("it may not").to_string();
    assert!(error.contains("commands that its ACL user needs"), "{error}");
    give(&server, &of_inbox);
    let error = RedisInbox::open_existing(&redis, "bot").await.expect_err("none").to_string();
    assert!(error.contains("there is none"), "{error}");
    let (redis, number) = (&redis, AtomicU32::new(0));
    let handles = async || {
        let name = format!("n{}", number.fetch_add(1, Ordering::Relaxed));
        let open = async || RedisInbox::with_partitions(redis, &name, 4).await;
        [open().await.expect("an inbox"), open().await.expect("the same")]
    };
    lark_core::conformance::inbox_store(handles).await;
    // None of them is too many.
    let store = RedisInbox::open(redis, "bot").await.expect("an inbox");
    for right in &of_inbox {
        give(&server, &[right.replace('+', "-")]);
        server.ask(&["SCRIPT", "FLUSH"]);
        server.ask(&["ACL", "LOG", "RESET"]);
        _ = RedisInbox::open(redis, "bot").await;
        _ = RedisInbox::open_existing(redis, "of another name").await;
        _ = store.beat("p", &[], Duration::from_secs(1)).await;
        _ = store.gauges().await;
        _ = store.news(&[(0, Position::default())]).await;
        assert_ne!(server.ask(&["ACL", "LOG"]).trim(), "", "{right}");
        give(&server, std::slice::from_ref(right));
    }
}

#[tokio::test]
async fn an_older_server_is_named_as_one() {
    for command in ["XADD", "HELLO"] {
        let server = RedisServer::with(&["--rename-command", command, ""]);
        let error = use_all(&server.connect()).await.expect_err("it lacks a command").to_string();
        assert!(error.contains("Redis 6 or later is needed"), "{error}");
    }
}
