//! Rates that all processes keep together, on a platform that counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lark_core::{
    Client, PermitRequest, Permits, Rate, Refusal, RetryPolicy, SharedRateLimits, StoreFuture,
};
use lark_redis::RedisRateLimits;
use lark_sandbox::{RateLimit, Sandbox};
use tokio::sync::Notify;

use crate::process::{self, Process};
use crate::redis_server::RedisServer;
use crate::worker::document;

const OPERATION: &str = "docs.v1.content.get";
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_keeps_a_documented_limit() {
    const PROCESSES: u32 = 4;
    const CALLS: u32 = 12;
    let server = RedisServer::start();
    let sandbox = Sandbox::start().await.expect("a port");
    sandbox.rate_limit(OPERATION, RateLimit::per_second(5));
    let mut fleet: Vec<_> =
        (0..PROCESSES).map(|_| Process::start(&sandbox, &server.url())).collect();
    process::all(&mut fleet, "call 1");
    let begin = Instant::now();
    process::all(&mut fleet, &format!("read {CALLS}"));
    let took = begin.elapsed();
    let (calls, refused) = (PROCESSES * CALLS, sandbox.rate_limited(OPERATION));
    assert!(refused * 10 <= u64::from(calls), "{refused} of {calls} were refused");
    // The last of 48 calls comes after nine times five others.
    assert!((SECOND * 9..SECOND * 14).contains(&took), "{took:?}: the budget is not used");
}

/// The limits of a process, and word of what it has heard.
struct Noting(RedisRateLimits, Arc<Notify>);

impl SharedRateLimits for Noting {
    fn take<'a>(&'a self, request: PermitRequest<'a>) -> StoreFuture<'a, Permits> {
        self.0.take(request)
    }

    fn refused<'a>(&'a self, key: &'a str, refusal: Refusal) -> StoreFuture<'a, ()> {
        self.0.refused(key, refusal)
    }

    fn listen<'a>(
        &'a self,
        hear: &'a (dyn Fn(&str, Refusal) + Send + Sync),
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let note = |key: &str, refusal| {
                hear(key, refusal);
                self.1.notify_one();
            };
            self.0.listen(&note).await
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_one_process_meets_makes_another_one_wait() {
    let (server, sandbox) = (RedisServer::start(), Sandbox::start().await.expect("a port"));
    let heard = Arc::new(Notify::new());
    let clients = [(); 2].map(|()| {
        let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let limits = Noting(RedisRateLimits::new(&server.connect()), Arc::clone(&heard));
        client.base_url(sandbox.base_url()).shared_rate_limits(limits).build().expect("a client")
    });
    for client in &clients {
        client.send(document()).await.expect("it is free");
    }
    listening(&server, 2).await;
    sandbox.rate_limit(OPERATION, RateLimit::per_minute(1));
    let one = clients[0].with_retry(RetryPolicy::none());
    // One is taken, or two if a minute begins in between.
    while one.send(document()).await.is_ok() {}
    for _ in 0..2 {
        tokio::time::timeout(SECOND * 10, heard.notified()).await.expect("word of it");
    }
    let other = clients[1].with_timeout(Duration::from_millis(400));
    let error = other.send(document()).await.expect_err("the pause is longer");
    assert!(error.is_rate_limited() && error.attempts() == 0, "{error}");
    assert_eq!(sandbox.rate_limited(OPERATION), 1);
}

/// Waits until so many clients wait for refusals.
async fn listening(server: &RedisServer, count: usize) {
    let listening = async {
        while server.ask(&["CLIENT", "LIST"]).matches("cmd=xread").count() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SECOND * 10, listening).await.expect("they listen");
}

/// Permits for a rate, for a process that waits for them as long as it takes.
async fn take(limits: &RedisRateLimits, rates: &[Rate], most: u32, patience: Duration) -> Permits {
    let request = PermitRequest::new("op", rates, most, patience);
    limits.take(request).await.expect("an answer")
}

#[tokio::test]
async fn permits_come_together_while_the_budget_is_free() {
    let server = RedisServer::start();
    let limits = RedisRateLimits::new(&server.connect());
    let rates = [Rate::per_minute(40)];
    let mut counts = Vec::new();
    while let Permits::Granted { count, wait: Duration::ZERO, .. } =
        take(&limits, &rates, 64, SECOND * 100).await
    {
        counts.push(count);
    }
    assert_eq!(counts.iter().sum::<u32>(), 40, "{counts:?}");
    assert_eq!(counts[..3], [10, 7, 5], "{counts:?}");
    assert!(counts[3..].iter().all(|count| *count == 1), "{counts:?}");
}
