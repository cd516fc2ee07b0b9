//! Which calls are made again, when, and who waits. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::iter;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::{Error, Rate, RawRequest, RetryPolicy, Stage, TransportErrorKind};
use lark_test_support::{FakePlatform, FakeResponse};
use serde_json::Value;
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

fn get() -> RawRequest {
    RawRequest::get("/open-apis/x")
}

fn post() -> RawRequest {
    RawRequest::post("/open-apis/x")
}

/// How a request ends on a platform that answers `responses` and then success, with how often it was
/// sent.
async fn outcome(request: RawRequest, responses: &[FakeResponse]) -> (Result<(), Error>, usize) {
    let platform = scripted(responses.to_vec());
    let result = platform.client().send_raw(request).await;
    (result.map(drop), platform.calls().len())
}

/// A platform that answers with these responses in order, then with success.
fn scripted(responses: Vec<FakeResponse>) -> FakePlatform {
    let success = iter::repeat_with(|| FakeResponse::ok(&Value::Null));
    FakePlatform::scripted(responses.into_iter().chain(success))
}

/// The rejection of the gateway.
fn limited(status: u16, limit: u32, reset: u64) -> FakeResponse {
    let body = r#"{"code":99991400,"msg":"request trigger frequency limit"}"#;
    FakeResponse::new(status, body)
        .header("x-ogw-ratelimit-limit", &limit.to_string())
        .header("x-ogw-ratelimit-reset", &reset.to_string())
}

#[tokio::test(start_paused = true)]
async fn what_was_not_executed_is_repeated_and_the_rest_only_if_that_does_no_harm() {
    let rejected = FakeResponse::error(TransportErrorKind::Connect);
    let interrupted = FakeResponse::error(TransportErrorKind::Interrupted);
    let unavailable = FakeResponse::new(503, r#"{"code":20072,"msg":"unavailable"}"#);
    for (request, response, sent) in [
        (get(), rejected.clone(), 2),
        (post(), rejected, 2),
        (get(), interrupted.clone(), 2),
        (post(), interrupted.clone(), 1),
        (post().idempotent(), interrupted, 2),
        (get(), unavailable.clone(), 2),
        (post(), unavailable.clone(), 1),
        (post().idempotent(), unavailable, 2),
        (get(), FakeResponse::new(400, r#"{"code":99992402,"msg":"bad"}"#), 1),
        (get(), FakeResponse::new(200, r#"{"code":1500,"msg":"internal"}"#), 1),
    ] {
        let (result, times) = outcome(request.clone(), std::slice::from_ref(&response)).await;
        assert_eq!(
            (times, result.is_ok()),
            (sent, sent == 2),
            "{request:?} {response:?} {result:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retries_end_and_the_error_says_how_many_there_were() {
    let started = Instant::now();
    let down = FakeResponse::new(500, r#"{"code":1500,"msg":"internal"}"#);
    let (result, sent) = outcome(get(), &[down.clone(), down.clone(), down.clone(), down]).await;
    let error = result.expect_err("down");
    assert_eq!((sent, error.attempts()), (3, 3));
    assert_eq!(
        error.to_string(),
        "GET /open-apis/x: api: code 1500 \"internal\" (HTTP 500, log id log-1, 3 attempts)"
    );
    let took = started.elapsed();
    assert!((SECOND * 3 / 10..SECOND).contains(&took), "two delays, random in part: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_of_the_client_or_of_the_call() {
    let down = FakeResponse::new(500, r#"{"code":1500,"msg":"internal"}"#);
    let platform = scripted(vec![down; 9]);
    let client = platform.client();
    let once = client.with_retry(RetryPolicy::none());
    once.send_raw(get()).await.expect_err("down");
    assert_eq!(platform.calls().len(), 1);
    let often = client.with_retry(RetryPolicy::default().max_retries(5));
    often.send_raw(get()).await.expect_err("down");
    assert_eq!(platform.calls().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_would_end_after_the_deadline_is_not_begun() {
    let platform = scripted(vec![
        FakeResponse::new(503, "{\"code\":1,\"msg\":\"\"}").header("retry-after", "20"),
    ]);
    let started = Instant::now();
    let client = platform.client().with_timeout(SECOND * 10);
    let error = client.send_raw(get()).await.expect_err("unavailable");
    assert_eq!(error.retry_after(), Some(SECOND * 20));
    assert_eq!((error.stage(), error.attempts()), (Stage::Api, 1));
    assert!(started.elapsed() < SECOND, "the caller learns it at once");
}

#[tokio::test(start_paused = true)]
async fn both_forms_of_the_rate_limit_are_waited_for() {
    for status in [429, 400] {
        for request in [get(), post()] {
            let started = Instant::now();
            let (result, sent) = outcome(request, &[limited(status, 5, 3)]).await;
            assert!(result.is_ok(), "{result:?}");
            assert_eq!(sent, 2);
            let took = started.elapsed();
            assert!((SECOND * 3..SECOND * 4).contains(&took), "{took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_outlasts_the_deadline_fails_at_once_for_everybody() {
    let platform = scripted(vec![limited(429, 5, 60)]);
    let client = platform.client();
    let started = Instant::now();
    let error = client.send_raw(post()).await.expect_err("limited");
    assert!(error.is_rate_limited());
    assert_eq!((error.code(), error.retry_after()), (Some(99_991_400), Some(SECOND * 60)));
    let error = client.send_raw(post()).await.expect_err("not even sent");
    assert!(error.is_rate_limited());
    assert_eq!((error.attempts(), error.stage()), (0, Stage::Send));
    assert_eq!(
        error.to_string(),
        "POST /open-apis/x: send: its rate limit lasts for 60 s more, beyond the timeout"
    );
    assert_eq!(started.elapsed(), Duration::ZERO);
    client.send_raw(RawRequest::post("/open-apis/y")).await.expect("another operation");
    client.with_tenant_token("t-x").send_raw(post()).await.expect_err("the same tenant");
    assert_eq!(platform.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_waiting_the_error_tells_how_long_to_wait() {
    let platform = scripted(vec![limited(400, 5, 7)]);
    let client = platform.client().with_retry(RetryPolicy::default().wait_for_rate_limit(false));
    let error = client.send_raw(get()).await.expect_err("limited");
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(SECOND * 7)));
    assert!(error.to_string().ends_with(", log id log-1, retry after 7s)"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_a_chat_holds_up_nobody_else() {
    for status in [400, 429] {
        a_chat_is_too_busy(status).await;
    }
}

async fn a_chat_is_too_busy(status: u16) {
    let of_a_chat = FakeResponse::new(status, r#"{"code":230020,"msg":"too often in this chat"}"#);
    let platform = scripted(vec![of_a_chat]);
    let client = platform.client();
    let started = Instant::now();
    let slow = {
        let client = client.clone();
        tokio::spawn(async move { client.send_raw(post()).await.map(|_| started.elapsed()) })
    };
    tokio::task::yield_now().await;
    client.send_raw(post()).await.expect("another chat");
    assert_eq!(started.elapsed(), Duration::ZERO);
    let took = slow.await.expect("no panic").expect("sent in the end");
    assert!((SECOND..SECOND * 2).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_bounds_everything_and_its_error_tells_what_came_before() {
    let platform = scripted(vec![limited(429, 5, 2), FakeResponse::never()]);
    let client = platform.client().with_timeout(SECOND * 5);
    let started = Instant::now();
    let error = client.send_raw(post()).await.expect_err("silent");
    assert_eq!(started.elapsed(), SECOND * 5);
    assert!(error.is_timeout() && error.is_rate_limited());
    assert_eq!(
        error.to_string(),
        "POST /open-apis/x: send: no response within 5s, the attempt before: code 99991400 \
         \"request trigger frequency limit\" (HTTP 429, log id log-1, 2 attempts)"
    );
}

/// A platform that executes so many calls in each second since its start, as the gateway counts.
struct Gateway {
    platform: FakePlatform,
    executed: Arc<Mutex<Vec<String>>>,
    rejected: Arc<Mutex<Vec<Instant>>>,
}

impl Gateway {
    fn allowing(limit: u32) -> Self {
        let (executed, rejected) =
            (Arc::<Mutex<Vec<_>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (executions, rejections) = (Arc::clone(&executed), Arc::clone(&rejected));
        let started = Instant::now();
        let (mut second, mut used) = (0, 0);
        let platform = FakePlatform::answering(move |call| {
            let now = (call.at - started).as_secs();
            if now != second {
                (second, used) = (now, 0);
            }
            used += 1;
            if used > limit {
                rejections.lock().expect("no panic").push(call.at);
                return limited(429, limit, 1);
            }
            executions.lock().expect("no panic").push(call.url.clone());
            FakeResponse::ok(&Value::Null)
        });
        Self { platform, executed, rejected }
    }

    /// The URLs of the calls that were executed.
    fn executed(&self) -> Vec<String> {
        self.executed.lock().expect("no panic").clone()
    }

    fn rejections_since(&self, since: Instant) -> usize {
        let rejected = self.rejected.lock().expect("no panic");
        rejected.iter().filter(|at| **at >= since).count()
    }
}

/// Parallel calls of one operation on a platform that allows 5 a second: all get through, each once,
/// in the order they came, and hardly any is rejected after the first second.
#[tokio::test(start_paused = true)]
async fn two_hundred_calls_wait_together_and_in_order() {
    let gateway = Gateway::allowing(5);
    let client = gateway.platform.client().with_timeout(SECOND * 120);
    // With a token at hand the calls go out in the order they were made.
    client.send_raw(RawRequest::get("/open-apis/first")).await.expect("sent");
    let started = Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|n| {
            let client = client.clone();
            let request = post().query("n", n.to_string());
            tokio::spawn(async move { client.send_raw(request).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
    let took = started.elapsed();
    assert!(took < SECOND * 45, "40 s at the rate of the platform: {took:?}");
    let mut executed = gateway.executed();
    executed.remove(0);
    assert_eq!(executed.len(), 200);
    let late = gateway.rejections_since(started + SECOND);
    assert!(late <= 20, "{late} rejected after the first second");
    let numbers: Vec<u32> = executed
        .iter()
        .map(|uri| uri.rsplit('=').next().and_then(|n| n.parse().ok()).expect("a number"))
        .collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_ones_own_keeps_the_platform_from_rejecting_at_all() {
    let gateway = Gateway::allowing(5);
    let started = Instant::now();
    let client = gateway.platform.builder().default_rate_limit(Rate::per_second(5));
    let client = client.build().expect("fine").with_timeout(SECOND * 60);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send_raw(post()).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
    assert_eq!(gateway.executed().len(), 50);
    assert_eq!(gateway.rejections_since(started), 0);
}
