//! What calls do after a rejection that says little, or too much, about the limit. The clock is
//! tokio's, paused.
#![allow(missing_docs)]

use std::iter;
use std::time::Duration;

use lark_core::{Client, Error, Rate, RawRequest, TransportErrorKind};
use lark_test_support::{FakePlatform, FakeResponse};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// An operation whose limit is documented.
#[derive(Clone, Default)]
struct SendRequest;
lark_core::operation! { SendRequest => ();
    "test.v1.message.send" POST "/open-apis/x" [Tenant]
    { summary: "Sends.", rate: "1000/min 50/s" };
}

fn get() -> RawRequest {
    RawRequest::get("/open-apis/x")
}

fn success() -> FakeResponse {
    FakeResponse::ok(&Value::Null)
}

/// The rejection of the gateway, with these headers only.
fn rejection(headers: &[(&'static str, &str)]) -> FakeResponse {
    let body = r#"{"code":99991400,"msg":"request trigger frequency limit"}"#;
    let response = FakeResponse::new(429, body);
    headers.iter().fold(response, |response, (name, value)| response.header(name, value))
}

/// A platform that rejects one call so, and none after it.
fn rejecting_once(headers: &[(&'static str, &str)]) -> FakePlatform {
    FakePlatform::scripted(iter::once(rejection(headers)).chain(iter::repeat_with(success)))
}

/// How many of so many calls, all made now, succeed.
async fn successes<F>(count: usize, mut call: impl FnMut(usize) -> F) -> usize
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let calls: Vec<_> = (0..count).map(|n| tokio::spawn(call(n))).collect();
    let mut successes = 0;
    for call in calls {
        successes += usize::from(call.await.expect("no panic").is_ok());
    }
    successes
}

/// How many of so many calls of the raw operation succeed.
async fn sent(client: &Client, count: usize) -> usize {
    successes(count, |_| {
        let client = client.clone();
        async move { client.send_raw(get()).await.map(drop) }
    })
    .await
}

/// Makes the call that is rejected, and does not wait for its end.
async fn rejected_once(client: &Client) {
    let client = client.clone();
    tokio::spawn(async move { client.send_raw(get()).await });
    sleep(SECOND / 10).await;
}

const SAY_LITTLE: [&[(&str, &str)]; 3] =
    [&[("retry-after", "2")], &[("x-ogw-ratelimit-reset", "2")], &[]];

#[tokio::test(start_paused = true)]
async fn one_rejection_without_a_limit_does_not_stop_an_operation() {
    for headers in SAY_LITTLE {
        let client = rejecting_once(headers).client().with_timeout(SECOND * 20);
        rejected_once(&client).await;
        let count = sent(&client, 400).await;
        assert!(count > 300, "{count} of 400 after {headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nor_does_it_one_with_a_limit_of_ones_own() {
    for headers in SAY_LITTLE {
        let builder = rejecting_once(headers).builder().default_rate_limit(Rate::per_second(8));
        let client = builder.build().expect("fine").with_timeout(SECOND * 20);
        rejected_once(&client).await;
        let count = sent(&client, 100).await;
        assert!(count > 80, "{count} of 100 after {headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nor_does_it_leave_tenants_without_a_token() {
    for headers in SAY_LITTLE {
        let mut rejections = 1;
        let platform = FakePlatform::with_token_endpoint(
            |_| success(),
            move |request| {
                if request.url.ends_with("/app_access_token") {
                    return json!({ "code": 0, "app_access_token": "a-1", "expire": 7200 })
                        .to_string()
                        .into();
                }
                if rejections > 0 {
                    rejections -= 1;
                    return rejection(headers);
                }
                FakeResponse::tenant_token("t-1")
            },
        );
        let client = platform.builder().app_ticket("tk-1").build().expect("fine");
        let client = client.with_timeout(SECOND * 20);
        let count = successes(100, |n| {
            let client = client.for_tenant(format!("tenant-{n}"));
            async move { client.send_raw(get()).await.map(drop) }
        })
        .await;
        assert!(count > 80, "{count} of 100 after {headers:?}");
    }
}

/// How many calls arrived within a second of this time.
fn arrivals(platform: &FakePlatform, from: Instant) -> usize {
    platform.calls().iter().filter(|call| (from..from + SECOND).contains(&call.at)).count()
}

#[tokio::test(start_paused = true)]
async fn an_operation_begins_again_at_its_documented_rate() {
    let platform = rejecting_once(&[("retry-after", "2")]);
    let client = platform.client().with_timeout(SECOND * 20);
    let first = {
        let client = client.clone();
        tokio::spawn(async move { client.send(SendRequest).await })
    };
    sleep(SECOND / 2).await;
    let count = successes(400, |_| {
        let client = client.clone();
        async move { client.send(SendRequest).await }
    })
    .await;
    assert_eq!(count, 400);
    first.await.expect("no panic").expect("sent");
    let rejected_at = platform.calls()[0].at;
    assert_eq!(arrivals(&platform, rejected_at + SECOND * 2), 50);
}

#[tokio::test(start_paused = true)]
async fn an_operation_begins_again_at_the_rate_that_passed_before() {
    let mut count = 0;
    let platform = FakePlatform::answering(move |_| {
        count += 1;
        if count == 21 { rejection(&[("retry-after", "2")]) } else { success() }
    });
    let client = platform.client().with_timeout(SECOND * 20);
    assert_eq!(sent(&client, 200).await, 200);
    let rejected_at = platform.calls()[20].at;
    let later = platform.calls().iter().filter(|call| call.at > rejected_at).count();
    assert_eq!(later, 1, "the others were under way");
    for _ in 0..2 {
        sleep(SECOND * 10).await;
        assert_eq!(sent(&client, 30).await, 30);
    }
}

/// A platform that executes so many calls in each second and says nothing about it.
fn silent_gateway(limit: u32) -> FakePlatform {
    let started = Instant::now();
    let (mut second, mut used) = (0, 0);
    FakePlatform::answering(move |call| {
        let now = (call.at - started).as_secs();
        if now != second {
            (second, used) = (now, 0);
        }
        used += 1;
        let response = if used > limit { rejection(&[]) } else { success() };
        response.after(Duration::from_millis(30))
    })
}

/// What the limit allows takes 40 s. Who has to find it out takes longer, but few calls are sent in
/// vain.
#[tokio::test(start_paused = true)]
async fn a_limit_of_which_nothing_is_told_is_found_out() {
    for documented in [false, true] {
        let platform = silent_gateway(5);
        let client = platform.client().with_timeout(SECOND * 600);
        let started = Instant::now();
        let count = successes(200, |_| {
            let client = client.clone();
            async move {
                match documented {
                    true => client.send(SendRequest).await,
                    false => client.send_raw(get()).await.map(drop),
                }
            }
        })
        .await;
        assert_eq!(count, 200);
        assert!(started.elapsed() < SECOND * 100, "{:?}", started.elapsed());
        let calls = platform.calls();
        let late = calls.iter().filter(|call| call.at >= started + SECOND).count();
        let in_vain = late - (200 - 5);
        assert!(in_vain * 100 <= late * 15, "{in_vain} of {late} ({documented})");
    }
}

const SAY_TOO_MUCH: [&[(&str, &str)]; 5] = [
    &[("x-ogw-ratelimit-reset", "4294967295")],
    &[("x-ogw-ratelimit-reset", "18446744073709551615")],
    &[("x-ogw-ratelimit-limit", "5"), ("x-ogw-ratelimit-reset", "4294967295")],
    &[("retry-after", "86400")],
    &[("retry-after", "61")],
];

#[tokio::test(start_paused = true)]
async fn no_wait_stops_an_operation_for_longer_than_two_minutes() {
    for headers in SAY_TOO_MUCH {
        let client = rejecting_once(headers).client();
        _ = client.send_raw(get()).await;
        sleep(SECOND * 120).await;
        client.send_raw(get()).await.expect("sent");
        assert_eq!(sent(&client.with_timeout(SECOND * 20), 100).await, 100, "after {headers:?}");
    }
}

/// While the platform goes on saying so, it is asked about once a minute.
#[tokio::test(start_paused = true)]
async fn an_incredible_wait_is_followed_by_one_probe() {
    let headers = &[("x-ogw-ratelimit-limit", "500"), ("x-ogw-ratelimit-reset", "86400")];
    let platform = FakePlatform::answering(|_| rejection(headers));
    let client = platform.client();
    let started = Instant::now();
    while started.elapsed() < SECOND * 600 {
        assert_eq!(sent(&client, 10).await, 0);
        sleep(SECOND).await;
    }
    // The first ten were made at once.
    let probes = platform.calls().len() - 10;
    assert!((8..=10).contains(&probes), "{probes} in 10 minutes");
}

#[tokio::test(start_paused = true)]
async fn the_page_of_a_gateway_stops_no_token_for_longer_than_two_minutes() {
    let mut pages = 1;
    let platform = FakePlatform::with_token_endpoint(
        |_| success(),
        move |_| {
            if pages > 0 {
                pages -= 1;
                return FakeResponse::new(429, "<html>busy</html>").header("retry-after", "86400");
            }
            FakeResponse::tenant_token("t-1")
        },
    );
    let client = platform.client();
    client.send_raw(get()).await.expect_err("no token");
    sleep(SECOND * 120).await;
    client.send_raw(get()).await.expect("sent");
}

/// Delays of the user are added to waits of the platform.
#[tokio::test(start_paused = true)]
async fn delays_without_end_are_no_panic() {
    let policy = lark_core::RetryPolicy::default().delays(Duration::MAX, Duration::MAX);
    for response in [
        FakeResponse::error(TransportErrorKind::Connect),
        FakeResponse::new(400, r#"{"code":230020,"msg":"too often in this chat"}"#),
        FakeResponse::new(503, r#"{"code":1,"msg":""}"#).header("retry-after", "4294967295"),
    ] {
        let platform = FakePlatform::answering(move |_| response.clone());
        let client = platform.client().with_retry(policy.clone()).with_timeout(Duration::MAX);
        client.send_raw(get()).await.expect_err("it would wait for ever");
    }
}

/// The first call in line waits on a runtime that nobody drives any more.
#[test]
fn a_call_that_nobody_drives_holds_up_no_other() {
    let runtime = || Builder::new_current_thread().enable_time().start_paused(true).build();
    let (idle, driven) = (runtime().expect("it starts"), runtime().expect("it starts"));
    let platform = FakePlatform::answering(|_| success());
    let builder = platform.builder().default_rate_limit(Rate::per_second(1));
    let client = builder.build().expect("fine");
    idle.block_on(async {
        assert_eq!(sent(&client, 1).await, 1);
        let waiting = client.clone();
        tokio::spawn(async move { waiting.send_raw(get()).await });
        tokio::task::yield_now().await;
    });
    assert_eq!(platform.calls().len(), 1, "the second one waits for its turn");
    assert_eq!(driven.block_on(sent(&client, 3)), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_less_than_a_second_is_not_none() {
    let platform = FakePlatform::answering(|_| success());
    let client = platform.builder().default_rate_limit(Rate::per_second(1));
    let client = client.timeout(SECOND / 2).build().expect("fine");
    client.send_raw(get()).await.expect("the first");
    sleep(SECOND / 4).await;
    let error = client.send_raw(get()).await.expect_err("there is no time to wait");
    assert!(error.to_string().contains("lasts for 1 s more, beyond the timeout"), "{error}");
}
