//! The contracts of the core, on one connection and between two.

use std::sync::atomic::{AtomicU32, Ordering};

use lark_core::conformance::{self, Time};
use lark_redis::{Redis, RedisDedup, RedisStore};

use crate::redis_server::RedisServer;

/// The server with a namespace that no other check uses, through two connections.
pub(crate) fn fresh([one, other]: [&Redis; 2]) -> [Redis; 2] {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let namespace = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    [one, other].map(|redis| redis.clone().namespace(&namespace))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_its_contract() {
    let server = RedisServer::start();
    let redis = server.connect();
    let report = conformance::token_store(async || RedisStore::new(&fresh([&redis; 2])[0])).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_store() {
    let server = RedisServer::start();
    let (one, other) = (server.connect(), server.connect());
    let handles = async || fresh([&one, &other]).map(|redis| RedisStore::new(&redis));
    let report = conformance::shared_token_store(handles).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dedup_keeps_its_contract() {
    let server = RedisServer::start();
    let redis = server.connect();
    conformance::dedup(async || RedisDedup::new(&fresh([&redis; 2])[0]), Time::real()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_dedup() {
    let server = RedisServer::start();
    let (one, other) = (server.connect(), server.connect());
    let handles = async || fresh([&one, &other]).map(|redis| RedisDedup::new(&redis));
    conformance::shared_dedup(handles, Time::real()).await;
}
