//! The contracts of the core, on one connection and between two.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::conformance::{self, Time};
use lark_redis::{Redis, RedisDedup, RedisRateLimits, RedisStore};

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
    let server = Arc::new(RedisServer::start());
    let redis = server.connect();
    let new = async || RedisDedup::new(&fresh([&redis; 2])[0]);
    let report = conformance::dedup(new, clock_of(&server)).await;
    // One handle cannot tell its own claims apart.
    assert_eq!(report.skipped.len(), 2, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_dedup() {
    let server = Arc::new(RedisServer::start());
    let (one, other) = (server.connect(), server.connect());
    let handles = async || fresh([&one, &other]).map(|redis| RedisDedup::new(&redis));
    let report = conformance::shared_dedup(handles, clock_of(&server)).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_keep_the_contract_of_the_rate_limits() {
    let server = RedisServer::start();
    let (one, other) = (server.connect(), server.connect());
    let handles = async || fresh([&one, &other]).map(|redis| RedisRateLimits::new(&redis));
    let report = conformance::shared_rate_limits(handles).await;
    assert!(report.skipped.is_empty(), "{report:?}");
}

/// Lets all keys of a server expire so much earlier, as if the time had passed.
const ADVANCE: &str = "
    for _, key in ipairs(redis.call('KEYS', '*')) do
        local left = redis.call('PTTL', key)
        if left > tonumber(ARGV[1]) then
            redis.call('PEXPIRE', key, left - ARGV[1])
        elseif left >= 0 then
            redis.call('DEL', key)
        end
    end
    return 'done'";

fn clock_of(server: &Arc<RedisServer>) -> Time {
    let server = Arc::clone(server);
    let advance = move |by: Duration| {
        let answer = server.ask(&["EVAL", ADVANCE, "0", &by.as_millis().to_string()]);
        assert_eq!(answer.trim(), "done");
        std::future::ready(())
    };
    Time::advanced_by(advance).claims_end_after(Duration::from_secs(6 * 60))
}
