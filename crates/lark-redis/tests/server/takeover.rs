//! Claims that ended under a slow handler.

use std::time::Duration;

use lark_core::{Claim, Dedup};
use lark_redis::RedisDedup;

use crate::redis_server::RedisServer;

/// A claim that ends as soon as Redis looks.
const AT_ONCE: Duration = Duration::from_millis(1);

/// Claims for `dedup` once the claim of another one has ended.
async fn take_over(dedup: &RedisDedup, keys: &[String]) {
    while dedup.claim(keys).await.expect("a claim") != Claim::New {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_slow_process_finishes_nothing_that_another_has_claimed_since() {
    let server = RedisServer::start();
    let slow = RedisDedup::new(&server.connect()).claim_ttl(AT_ONCE);
    let other = RedisDedup::new(&server.connect());
    let keys = ["e1".to_owned(), "m1".to_owned()];
    assert_eq!(slow.claim(&keys).await.expect("a claim"), Claim::New);
    take_over(&other, &keys).await;

    let error = slow.finish(&keys).await.expect_err("it is not its own any more").to_string();
    assert!(error.contains("`claim_ttl` must be longer"), "{error}");
    assert_eq!(slow.claim(&keys).await.expect("a claim"), Claim::InProgress);
    slow.release(&keys).await.expect("it has nothing");
    assert_eq!(slow.claim(&keys).await.expect("a claim"), Claim::InProgress);

    other.finish(&keys).await.expect("its own");
    assert_eq!(slow.claim(&keys).await.expect("a claim"), Claim::Done);
}

/// Nobody else has it: then what is done is done.
#[tokio::test]
async fn a_claim_that_ended_and_that_nobody_took_is_finished() {
    let server = RedisServer::start();
    let redis = server.connect();
    let slow = RedisDedup::new(&redis).claim_ttl(AT_ONCE);
    let keys = ["e1".to_owned()];
    assert_eq!(slow.claim(&keys).await.expect("a claim"), Claim::New);
    let probe = RedisDedup::new(&redis);
    take_over(&probe, &keys).await;
    probe.release(&keys).await.expect("its own");
    slow.finish(&keys).await.expect("nobody has it");
    assert_eq!(probe.claim(&keys).await.expect("a claim"), Claim::Done);
}
