//! The contracts of the core, on one connection and between two.

use std::sync::atomic::{AtomicU32, Ordering};

use lark_core::conformance::{self, Time};
use lark_redis::{Redis, RedisDedup, RedisStore};

use crate::redis_server::RedisServer;

/// A namespace that no other check uses.
fn fresh(redis: &Redis) -> Redis {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    redis.clone().namespace(&format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_its_contract() {
    let server = RedisServer::start();
    let redis = server.connect();
    let report = conformance::token_store(async || RedisStore::new(&fresh(&redis))).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_store() {
    let server = RedisServer::start();
    let (one, other) = (server.connect(), server.connect());
    let handles = async || {
        let one = fresh(&one);
        let namespace = namespace(&one);
        [RedisStore::new(&one), RedisStore::new(&other.clone().namespace(&namespace))]
    };
    let report = conformance::shared_token_store(handles).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dedup_keeps_its_contract() {
    let server = RedisServer::start();
    let redis = server.connect();
    conformance::dedup(async || RedisDedup::new(&fresh(&redis)), Time::real()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_dedup() {
    let server = RedisServer::start();
    let (one, other) = (server.connect(), server.connect());
    let handles = async || {
        let one = fresh(&one);
        let namespace = namespace(&one);
        [RedisDedup::new(&one), RedisDedup::new(&other.clone().namespace(&namespace))]
    };
    conformance::shared_dedup(handles, Time::real()).await;
}

fn namespace(redis: &Redis) -> String {
    let text = format!("{redis:?}");
    let (_, rest) = text.split_once("namespace: \"").expect("a namespace");
    rest.split('"').next().expect("its end").to_owned()
}
