//! The inbox on streams.

use std::time::Duration;

use lark_core::conformance;
use lark_core::inbox::{Appended, Limits, NewEvent, Position, Step, Store as _};
use lark_redis::RedisInbox;

use crate::redis_server::RedisServer;

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_a_store_of_an_inbox() {
    let server = RedisServer::start();
    let number = std::sync::atomic::AtomicU32::new(0);
    let handles = async || {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("n{number}");
        let [one, other] = [server.connect(), server.connect()];
        let open = async |redis| RedisInbox::with_partitions(redis, &name, 4).await;
        [open(&one).await.expect("an inbox"), open(&other).await.expect("the same")]
    };
    let report = conformance::inbox_store(handles).await;
    assert_eq!(report.checked.len(), 25, "{:?}", report.checked);
}

#[tokio::test]
async fn an_inbox_of_another_kind_is_refused() {
    let server = RedisServer::start();
    let redis = server.connect();
    RedisInbox::with_partitions(&redis, "a", 4).await.expect("a new one");
    let error = RedisInbox::with_partitions(&redis, "a", 8).await.expect_err("another number");
    assert!(error.to_string().contains("has 4 partitions, not 8"), "{error}");
    RedisInbox::open(&redis, "a").await.expect("as it is");
}

const HOUR: Duration = Duration::from_secs(3600);
const LIMITS: Limits = Limits { capacity: 1000, remember: HOUR, keep: HOUR, keep_bytes: 1 << 30 };

fn event(id: &str, bytes: usize) -> NewEvent {
    NewEvent {
        partition: 0,
        ordering_key: "oc_1".to_owned(),
        keys: vec![id.to_owned()],
        event_id: id.to_owned(),
        event_type: "t".to_owned(),
        body: "x".repeat(bytes).into(),
        delay: None,
    }
}

/// What was stored stays, what comes is refused, and all goes on once there is room.
#[tokio::test]
async fn a_redis_that_is_full_refuses_and_loses_nothing() {
    let server = RedisServer::with(&["--maxmemory", "8mb"]);
    let store = RedisInbox::open(&server.connect(), "full").await.expect("an inbox");
    let mut number = 0;
    let error = loop {
        match store.append(&[event(&number.to_string(), 100_000)], &LIMITS).await {
            Ok(appended) => assert_eq!(appended, [Appended::Stored]),
            Err(error) => break error.to_string(),
        }
        number += 1;
        assert!(number < 1000, "it is never full");
    };
    assert!(error.contains("raise maxmemory"), "{error}");
    let redis = server.connect();
    drop(store);
    let mut client = redis::Client::open(server.url()).expect("an address");
    redis::cmd("CONFIG").arg(&["SET", "maxmemory", "100mb"]).exec(&mut client).expect("room");
    let store = RedisInbox::open(&redis, "full").await.expect("an inbox");
    let lease = store.acquire("p", 0, HOUR).await.expect("room").expect("it is free");
    let events = store.read(&lease, Position::default(), 1000).await.expect("a store");
    assert_eq!(events.expect("it is ours").len(), number);
    let refused = event(&number.to_string(), 100_000);
    let appended = store.append(&[refused], &LIMITS).await.expect("room");
    assert_eq!(appended, [Appended::Stored], "half of it had been stored");
}

/// A server that was killed has what was answered, and knows who had it.
#[tokio::test]
async fn what_was_answered_outlives_the_server() {
    let mut server = RedisServer::start();
    let store = RedisInbox::open(&server.connect(), "bot").await.expect("an inbox");
    store.append(&[event("e1", 10), event("e2", 10)], &LIMITS).await.expect("a store");
    let lease = store.acquire("p", 0, HOUR).await.expect("a store").expect("it is free");
    let events = store.read(&lease, Position::default(), 10).await.expect("a store").expect("ours");
    let done = Step::Done { position: events[0].position };
    assert!(store.settle(&lease, &[done]).await.expect("a store"));
    server.kill();
    let error = store.append(&[event("e3", 10)], &LIMITS).await.expect_err("it is away");
    assert!(error.to_string().contains(&server.port().to_string()), "{error}");
    server.resume();
    let redis = server.connect();
    crate::redis_server::answers(&redis).await;
    let store = RedisInbox::open(&redis, "bot").await.expect("an inbox");
    assert!(store.acquire("q", 0, HOUR).await.expect("a store").is_none(), "it is taken");
    let left = store.read(&lease, Position::default(), 10).await.expect("a store").expect("ours");
    let left: Vec<&str> = left.iter().map(|it| &*it.event_id).collect();
    assert_eq!(left, ["e2"]);
    let appended = store.append(&[event("e1", 10)], &LIMITS).await.expect("a store");
    assert_eq!(appended, [Appended::Known]);
}

#[tokio::test]
async fn an_inbox_of_a_newer_release_is_refused() {
    let server = RedisServer::start();
    let redis = server.connect();
    RedisInbox::open(&redis, "bot").await.expect("a new one");
    let mut client = redis::Client::open(server.url()).expect("an address");
    let newer = ["{lark}:inbox:bot:f", "format", "2"];
    redis::cmd("HSET").arg(&newer).exec(&mut client).expect("a field");
    let error = RedisInbox::open(&redis, "bot").await.expect_err("it is newer").to_string();
    assert!(error.contains("has format 2") && error.contains("knows format 1"), "{error}");
}
