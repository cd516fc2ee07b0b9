//! Processes that keep rate limits together. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::http::Method;
use lark_core::{Client, ClientBuilder, Error, Rate, RawRequest};
use lark_test_support::{FakePlatform, FakeResponse, LimitsFault as Fault, SharedLimits, warnings};
use serde_json::Value;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const PATH: &str = "/open-apis/x";

/// A platform that takes so many calls in each second, and how many it has refused.
fn platform(limit: usize) -> (FakePlatform, Arc<AtomicU32>) {
    let (mut taken, refused) = (VecDeque::<Instant>::new(), Arc::new(AtomicU32::new(0)));
    let refusals = Arc::clone(&refused);
    let platform = FakePlatform::answering(move |_| {
        let now = Instant::now();
        while taken.front().is_some_and(|at| *at + SECOND <= now) {
            taken.pop_front();
        }
        if taken.len() < limit {
            taken.push_back(now);
            return FakeResponse::ok(&Value::Null);
        }
        refusals.fetch_add(1, Ordering::Relaxed);
        FakeResponse::new(429, r#"{"code":99991400,"msg":"request trigger frequency limit"}"#)
            .header("x-ogw-ratelimit-limit", &limit.to_string())
            .header("x-ogw-ratelimit-reset", "1")
    });
    (platform, refused)
}

fn limited(builder: ClientBuilder, rate: Rate) -> ClientBuilder {
    builder.raw_rate_limit(Method::GET, PATH, rate)
}

/// Clients of so many processes.
fn fleet(shared: &SharedLimits, count: u32, make: impl Fn() -> ClientBuilder) -> Vec<Client> {
    let client = |_| make().shared_rate_limits(shared.clone()).build().expect("fine");
    (0..count).map(client).map(|client| client.with_timeout(SECOND * 60)).collect()
}

async fn call(client: &Client) -> Result<(), Error> {
    client.send_raw(RawRequest::get(PATH)).await.map(drop)
}

/// So many calls of each client at once. How long they took.
async fn rush(clients: &[Client], times: usize) -> Duration {
    let start = Instant::now();
    let mut calls = Vec::new();
    for client in clients.iter().cycle().take(clients.len() * times) {
        let client = client.clone();
        calls.push(tokio::spawn(async move { call(&client).await }));
    }
    for call in calls {
        call.await.expect("no panic").expect("no call is lost");
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_one_budget_for_all() {
    let (platform, refused) = platform(5);
    let rate = Rate::per_second(5);
    let shared = SharedLimits::new(Fault::None);
    let took = rush(&fleet(&shared, 4, || limited(platform.builder(), rate)), 10).await;
    assert_eq!(refused.load(Ordering::Relaxed), 0);
    assert!((SECOND * 7..SECOND * 8).contains(&took), "40 calls in {took:?}");
}

/// Calls that wait in line look every few seconds whether the first one goes.
#[tokio::test(start_paused = true)]
async fn no_call_overtakes_the_one_that_waits_for_its_permit() {
    let (platform, refused) = platform(5);
    let shared = SharedLimits::new(Fault::Slow);
    let rate = Rate::per_second(5);
    let clients = fleet(&shared, 2, || limited(platform.builder(), rate));
    let calls = (0..120).map(|number: u32| {
        let client = clients[usize::from(number.is_multiple_of(2))].clone();
        tokio::spawn(async move {
            sleep(Duration::from_millis(17) * number).await;
            call(&client).await
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic").expect("no call is lost");
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}

/// 20 processes of a budget of 1 call a second: each waits for 20 s.
#[tokio::test(start_paused = true)]
async fn a_rate_that_was_learned_is_not_forgotten_by_those_who_wait_for_it() {
    let (platform, refused) = platform(1);
    let shared = SharedLimits::new(Fault::None);
    let clients = fleet(&shared, 20, || platform.builder());
    rush(&clients, 2).await;
    assert_eq!(refused.load(Ordering::Relaxed), 39, "those of the first moment");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_one_process_meets_makes_all_wait() {
    let (platform, refused) = platform(5);
    let shared = SharedLimits::new(Fault::None);
    let clients = fleet(&shared, 4, || platform.builder());
    // All listen.
    for client in &clients {
        call(client).await.expect("it is free");
    }
    sleep(SECOND * 2).await;
    let first = clients[0].clone();
    let first = tokio::spawn(async move { rush(&[first], 6).await });
    sleep(SECOND / 10).await;
    assert_eq!(refused.load(Ordering::Relaxed), 1);
    let took = rush(&clients[1..], 1).await;
    assert!(took >= SECOND * 9 / 10, "{took:?}");
    first.await.expect("no panic");
    rush(&clients, 10).await;
    assert_eq!(refused.load(Ordering::Relaxed), 1, "the rate is one budget from then on");
}

#[tokio::test(start_paused = true)]
async fn permits_of_a_budget_that_nobody_else_needs_are_taken_together() {
    let (platform, _) = platform(100);
    let shared = SharedLimits::new(Fault::None);
    let clients = fleet(&shared, 1, || limited(platform.builder(), Rate::per_second(100)));
    rush(&clients, 40).await;
    let asked = shared.asked();
    assert!(asked <= 15, "40 calls asked {asked} times");
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_comes_after_the_deadline_is_not_waited_for() {
    let (platform, _) = platform(1);
    let shared = SharedLimits::new(Fault::None);
    let rate = Rate::per_minute(1);
    let clients = fleet(&shared, 2, || limited(platform.builder(), rate));
    call(&clients[0]).await.expect("the first");
    let start = Instant::now();
    let error = call(&clients[1].with_timeout(SECOND * 5)).await.expect_err("too late");
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(error.retry_after().is_some_and(|wait| wait > SECOND * 50), "{error}");
    // It has taken nothing.
    call(&clients[1].with_timeout(SECOND * 65)).await.expect("the second");
    assert!(start.elapsed() < SECOND * 62, "{:?}", start.elapsed());
}

#[test]
fn a_process_goes_on_alone_with_a_warning() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("a runtime");
    for fault in [Fault::Hangs, Fault::Fails, Fault::Panics] {
        let (platform, refused) = platform(5);
        let shared = SharedLimits::new(fault);
        let rate = Rate::per_second(5);
        let clients = fleet(&shared, 1, || limited(platform.builder(), rate));
        let (took, warned) = warnings(|| runtime.block_on(rush(&clients, 20)));
        assert!(
            (SECOND * 3..SECOND * 4).contains(&took),
            "{fault:?}: its own limits hold: {took:?}"
        );
        assert_eq!(refused.load(Ordering::Relaxed), 0);
        assert_eq!(shared.asked(), 1, "{fault:?}");
        let count = |text: &str| warned.iter().filter(|it| it.contains(text)).count();
        assert_eq!(count("this process keeps them alone for 5 s"), 1, "{fault:?}: {warned:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_listens_once_the_client_is_gone() {
    let (platform, _) = platform(5);
    let shared = SharedLimits::new(Fault::None);
    let clients = fleet(&shared, 3, || platform.builder());
    rush(&clients, 1).await;
    sleep(SECOND).await;
    assert_eq!(shared.listening(), 3);
    drop(clients);
    sleep(SECOND).await;
    assert_eq!(shared.listening(), 0);
    assert_eq!(shared.asked(), 0, "no limit, nothing to ask for");
}
