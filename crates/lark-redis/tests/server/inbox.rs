//! The inbox on streams.

use std::time::{Duration, Instant};

use lark_core::conformance;
use lark_core::inbox::{
    Appended, Inbox, InboxChange, InboxReport, Limits, NewEvent, Position, Step, Store as _,
};
use lark_core::{Event, EventKeys, EventRouter, Value};
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
    assert_eq!(report.checked.len(), 28, "{:?}", report.checked);
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

#[tokio::test]
async fn partitions_have_a_limit() {
    let redis = RedisServer::start().connect();
    for partitions in [0, 1025] {
        let error = RedisInbox::with_partitions(&redis, "a", partitions).await;
        let error = error.expect_err("a number that cannot be").to_string();
        assert!(error.contains(&format!("1 to 1024 partitions, not {partitions}")), "{error}");
    }
}

/// What opening an inbox warns of.
fn warned(options: &[&str]) -> String {
    let server = RedisServer::with(options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let open = async {
        RedisInbox::open(&server.connect(), "bot").await.expect("an inbox");
    };
    lark_test_support::warnings(|| runtime.expect("a runtime").block_on(open)).1.join("|")
}

#[test]
fn a_server_that_may_lose_events_is_warned_of() {
    assert_eq!(warned(&[]), "");
    assert_eq!(warned(&["--maxmemory-policy", "allkeys-lru"]), "", "its memory has no limit");
    for (options, setting) in [
        (&["--appendonly", "no"][..], "appendonly yes"),
        (&["--appendfsync", "everysec"], "appendfsync always"),
        (&["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"], "noeviction"),
    ] {
        let warned = warned(options);
        assert!(warned.contains(setting) && !warned.contains('|'), "{warned}");
    }
}

/// A program that looks into it finds it, and nobody makes it anew with another number of partitions.
#[tokio::test]
async fn a_server_that_lost_its_data_is_told_again_what_the_inbox_is() {
    let server = RedisServer::start();
    let redis = server.connect();
    let store = RedisInbox::with_partitions(&redis, "a", 4).await.expect("an inbox");
    server.ask(&["FLUSHALL"]);
    store.beat("p", &[], HOUR).await.expect("a sign of life");
    let found = RedisInbox::open_existing(&redis, "a").await.expect("it is there");
    assert_eq!(found.partitions(), 4);
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
        reception: None,
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

#[tokio::test]
async fn an_inbox_that_is_not_there_is_not_made() {
    let server = RedisServer::start();
    let redis = server.connect().namespace("a[b]*c");
    let text = async |name: &str| {
        let opened = RedisInbox::open_existing(&redis, name).await;
        opened.expect_err("it is not there").to_string()
    };
    let error = text("bto").await;
    assert!(error.contains("no inbox \"bto\"") && error.contains("there is none"), "{error}");
    RedisInbox::open(&redis, "bot").await.expect("a new one");
    RedisInbox::open(&redis, "other:f").await.expect("a new one");
    RedisInbox::open(&server.connect().namespace("abc"), "stranger").await.expect("a new one");
    let error = text("bto").await;
    assert!(error.contains(r#"there are ["bot", "other:f"]"#), "{error}");
    RedisInbox::open_existing(&redis, "bot").await.expect("it is there");
    assert_eq!(server.ask(&["EXISTS", "{a[b]*c}:inbox:bto:f"]).trim(), "0");
}

/// How many scripts and reads Redis was asked for.
fn asked(server: &RedisServer) -> u64 {
    let info = server.ask(&["INFO", "commandstats"]);
    let calls = |name: &str| -> Option<u64> {
        let line =
            info.lines().find_map(|it| it.strip_prefix(&format!("cmdstat_{name}:calls=")))?;
        line.split(',').next()?.parse().ok()
    };
    calls("evalsha").expect("scripts ran") + calls("xread").expect("it listens")
}

/// Nothing comes, and Redis is hardly asked; what another process stores is seen at once nevertheless.
#[tokio::test]
async fn a_process_that_has_nothing_to_do_asks_little() {
    let server = RedisServer::start();
    let store = RedisInbox::open(&server.connect(), "bot").await.expect("an inbox");
    let (sender, mut handled) = tokio::sync::mpsc::unbounded_channel();
    let inbox = Inbox::builder(store).build();
    let router = EventRouter::builder(EventKeys::none()).inbox(&inbox);
    let router = router.on_raw("t", move |_: Event<Value>| {
        _ = sender.send(Instant::now());
        async { Ok(()) }
    });
    let router = router.build().expect("a router");
    while inbox.gauges().await.expect("gauges").partitions_held < 16 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Its first sweeps come close to each other.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let before = asked(&server);
    tokio::time::sleep(Duration::from_secs(4)).await;
    // Three signs of life and two looks a second, and sweeps of 16 partitions in 8 s.
    let asked = asked(&server) - before;
    assert!(asked <= 4 * 6 + 16 + 4, "{asked} in 4 s");

    let other = RedisInbox::open(&server.connect(), "bot").await.expect("the same");
    let mut longest = Duration::ZERO;
    for number in 0..20 {
        let mut event = event(&number.to_string(), 10);
        event.body = format!(
            r#"{{"schema":"2.0","header":{{"event_id":"{number}","event_type":"t"}},"event":{{}}}}"#
        )
        .into();
        other.append(&[event], &LIMITS).await.expect("a store");
        let stored = Instant::now();
        longest = longest.max(handled.recv().await.expect("it runs") - stored);
    }
    // It looks every half second, so that one in twenty would be later.
    assert!(longest < Duration::from_millis(300), "{longest:?}");
    router.shutdown(Duration::from_secs(5)).await;
}

/// What a process that died had begun does not wait until the backlog before it is read.
#[tokio::test]
async fn what_a_dead_process_had_begun_goes_on_first() {
    let server = RedisServer::start();
    let store = RedisInbox::with_partitions(&server.connect(), "bot", 1).await.expect("an inbox");
    let of_key = |number: usize| {
        let mut event = event(&number.to_string(), 10);
        event.ordering_key = format!("oc_{}", number % 300);
        event.body = format!(
            r#"{{"schema":"2.0","header":{{"event_id":"{number}","event_type":"t"}},"event":{{}}}}"#
        )
        .into();
        event
    };
    let events: Vec<NewEvent> = (0..3000).map(of_key).chain([of_key(299_999)]).collect();
    let limits = Limits { capacity: 10_000, ..LIMITS };
    store.append(&events, &limits).await.expect("a store");
    let lease = store.acquire("p", 0, Duration::from_millis(300)).await.expect("a store");
    let lease = lease.expect("it is free");
    let read = store.read(&lease, Position::default(), 4000).await.expect("a store").expect("ours");
    let done = read.iter().take(3000).filter(|it| it.ordering_key == "oc_299");
    let done = done.map(|it| Step::Done { position: it.position });
    let last = Step::Begin { position: read[3000].position, attempt: 1 };
    let steps: Vec<Step> = done.chain([last]).collect();
    assert!(store.settle(&lease, &steps).await.expect("a store"));

    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let inbox = Inbox::builder(store).on_report(move |report| {
        if let InboxReport::Event { event_id, change: InboxChange::Begun { attempt, .. }, .. } =
            report
        {
            _ = sender.send((event_id.to_string(), *attempt));
        }
    });
    let inbox = inbox.build();
    let router = EventRouter::builder(EventKeys::none()).inbox(&inbox);
    let router = router.on_raw("t", |_: Event<Value>| async { Ok(()) }).build().expect("a router");
    assert_eq!(begun.recv().await.expect("it runs"), ("299999".to_owned(), 2));
    // Each of the others is begun once.
    let mut others: Vec<usize> = Vec::new();
    while others.len() < 2990 {
        let (id, attempt) = begun.recv().await.expect("it runs");
        assert_eq!(attempt, 1, "{id}");
        others.push(id.parse().expect("a number"));
    }
    others.sort_unstable();
    assert!(others.windows(2).all(|it| it[0] < it[1]), "{others:?}");
    router.shutdown(Duration::from_secs(5)).await;
}
