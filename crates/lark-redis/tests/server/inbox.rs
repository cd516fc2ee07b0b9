//! The inbox on streams.

use lark_core::conformance;
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
