//! One fetch for however many calls, renewed before its end. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::{Client, RawRequest};
use lark_test_support::{FakeResponse, FakeTransport, client_builder};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::{Instant, advance, sleep};

/// A platform whose tokens take 50 ms to get and live 7,200 s, and which answers calls with the
/// `Authorization` they came with.
#[derive(Clone, Default)]
struct TokenServer {
    fetches: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
    silent: Arc<AtomicBool>,
}

impl TokenServer {
    fn client(&self) -> Client {
        let platform = self.clone();
        let transport = FakeTransport::answering(move |request| match request.is_for_token() {
            true => platform.token(),
            false => FakeResponse::ok(&json!(request.authorization())),
        });
        client_builder(transport).build().expect("fine")
    }

    fn token(&self) -> FakeResponse {
        let n = self.fetches.fetch_add(1, Ordering::SeqCst);
        let response = if self.silent.load(Ordering::SeqCst) {
            FakeResponse::never()
        } else if self.broken.load(Ordering::SeqCst) {
            FakeResponse::new(200, r#"{"code":1500,"msg":"internal error"}"#)
        } else {
            FakeResponse::tenant_token(&format!("t-{n}"))
        };
        response.after(Duration::from_millis(50))
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

async fn token_of(client: &Client) -> String {
    let answer = client.send_raw(RawRequest::get("/open-apis/x")).await.expect("a success");
    answer.data_as().expect("a string")
}

/// Lets tasks run and short waits of theirs pass.
async fn settle() {
    sleep(Duration::from_millis(200)).await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_first_calls_fetch_one_token() {
    let platform = TokenServer::default();
    let client = platform.client();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { token_of(&client).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic"), "Bearer t-0");
    }
    assert_eq!(platform.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_fetch_outlives_the_call_that_started_it() {
    let platform = TokenServer::default();
    let client = platform.client();
    let dropped = tokio::time::timeout(Duration::from_millis(10), token_of(&client)).await;
    assert!(dropped.is_err(), "given up in the middle of the fetch");
    assert_eq!(token_of(&client).await, "Bearer t-0");
    assert_eq!(platform.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_while_the_old_one_serves() {
    let platform = TokenServer::default();
    let client = platform.client();
    assert_eq!(token_of(&client).await, "Bearer t-0");
    advance(Duration::from_secs(6470)).await;
    assert_eq!(token_of(&client).await, "Bearer t-0");
    assert_eq!(platform.fetches(), 1, "more than a tenth of its life is left");
    advance(Duration::from_secs(20)).await;
    assert_eq!(token_of(&client).await, "Bearer t-0", "no call waits for the renewal");
    settle().await;
    assert_eq!(token_of(&client).await, "Bearer t-1");
    assert_eq!(platform.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_is_not_seen_and_not_hammered() {
    let platform = TokenServer::default();
    let client = platform.client();
    token_of(&client).await;
    platform.broken.store(true, Ordering::SeqCst);
    advance(Duration::from_secs(6600)).await;
    for _ in 0..100 {
        assert_eq!(token_of(&client).await, "Bearer t-0");
        sleep(Duration::from_millis(100)).await;
    }
    assert!((2..=4).contains(&platform.fetches()), "one every 5 s, not one a call");
    platform.broken.store(false, Ordering::SeqCst);
    sleep(Duration::from_secs(6)).await;
    token_of(&client).await;
    settle().await;
    assert!(token_of(&client).await.as_str() > "Bearer t-0");
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_never_sent() {
    let platform = TokenServer::default();
    let client = platform.client();
    token_of(&client).await;
    advance(Duration::from_secs(7200)).await;
    assert_eq!(token_of(&client).await, "Bearer t-1");
    platform.broken.store(true, Ordering::SeqCst);
    advance(Duration::from_secs(7200)).await;
    let error = client.send_raw(RawRequest::get("/open-apis/x")).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "GET /open-apis/x: token: code 1500 \"internal error\" (HTTP 200)"
    );
}

/// A call on one runtime begins the fetch and is given up; then nobody drives that runtime.
#[test]
fn a_fetch_on_a_runtime_that_nobody_drives_is_taken_over() {
    let runtime = || Builder::new_current_thread().enable_time().start_paused(true).build();
    let (idle, driven) = (runtime().expect("it starts"), runtime().expect("it starts"));
    let platform = TokenServer::default();
    let client = platform.client();
    platform.silent.store(true, Ordering::SeqCst);
    idle.block_on(async {
        let given_up = tokio::time::timeout(Duration::from_millis(100), token_of(&client)).await;
        assert!(given_up.is_err(), "the fetch is under way");
    });
    platform.silent.store(false, Ordering::SeqCst);
    driven.block_on(async {
        let start = Instant::now();
        let calls: Vec<_> = (0..100)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { token_of(&client).await })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.expect("no panic"), "Bearer t-1");
        }
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    });
    assert_eq!(platform.fetches(), 2, "one took it over");
    // The first fetch ends after all, without a token, and does no harm.
    idle.block_on(async { sleep(Duration::from_secs(60)).await });
    assert_eq!(driven.block_on(token_of(&client)), "Bearer t-1");
    assert_eq!(platform.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_fetch_is_not_taken_over() {
    let transport = FakeTransport::answering(move |request| match request.is_for_token() {
        true => FakeResponse::tenant_token("t-0").after(Duration::from_secs(25)),
        false => FakeResponse::ok(&json!(request.authorization())),
    });
    let client = client_builder(transport.clone()).build().expect("fine");
    assert_eq!(token_of(&client).await, "Bearer t-0");
    assert_eq!(transport.request_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_never_ends_is_given_up_and_tried_anew() {
    let platform = TokenServer::default();
    let client = platform.client();
    platform.silent.store(true, Ordering::SeqCst);
    let patient = client.with_timeout(Duration::from_secs(60));
    let error = patient.send_raw(RawRequest::get("/open-apis/x")).await.expect_err("no token");
    assert_eq!(error.to_string(), "GET /open-apis/x: token: no response within 30s");
    platform.silent.store(false, Ordering::SeqCst);
    assert_eq!(token_of(&client).await, "Bearer t-1");
}
