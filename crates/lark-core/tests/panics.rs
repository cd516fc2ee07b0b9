//! What a panic in the user's code costs, and numbers of the platform that no clock can hold: no
//! token, and no call that can do without. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::time::Duration;

use lark_core::{Client, RawRequest, RetryPolicy, Stage, StoreEntry, TokenStore};
use lark_test_support::{BrokenStore, FakePlatform, FakeResponse, FakeTransport};
use serde_json::{Value, json};
use tokio::time::{Instant, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Default)]
struct GetName;
#[derive(Clone, Debug, Default)]
struct Name {
    name: String,
}
lark_core::record! { Name decode; name! }
lark_core::operation! { GetName => Name; "test.v1.name.get" GET "/open-apis/x" [Tenant]; }

fn get() -> RawRequest {
    RawRequest::get("/open-apis/x")
}

fn platform() -> FakePlatform {
    FakePlatform::answering(|_| FakeResponse::ok(&json!({ "name": 7, "unknown": 8 })))
}

/// Makes calls for two seconds, of which each must succeed.
async fn works_for_two_seconds(client: &Client) {
    let start = Instant::now();
    while start.elapsed() < SECOND * 2 {
        client.send_raw(get()).await.expect("sent");
        sleep(SECOND / 1000).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_costs_no_call_and_no_token() {
    let platform = platform();
    let builder = platform.builder().on_call(|_| panic!("a hook of the user"));
    let client = builder.on_drift(|_| panic!("another one")).build().expect("fine");
    works_for_two_seconds(&client).await;
    assert_eq!(client.send(GetName).await.expect("sent").name, "7");
    assert_eq!(platform.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_is_one_that_fails() {
    for store in [BrokenStore::Panics, BrokenStore::PanicsAtOnce] {
        let platform = platform();
        let client = platform.builder().store(store).build().expect("fine");
        works_for_two_seconds(&client).await;
        assert_eq!(platform.token_requests().len(), 1);
        let error = client.set_app_ticket("tk-1").await.expect_err("not stored");
        assert_eq!(error.to_string(), "client: token: the token store panicked");
        let store = client.store();
        store.put("k", StoreEntry { value: "v".into(), expires_at: None }).await.expect_err("put");
        store.compare_and_set("k", None, None).await.expect_err("compare_and_set");
        store.remove("k").await.expect_err("remove");
        store.lock("k").await.expect_err("lock");
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_panics_ends_with_an_error() {
    let transport = FakeTransport::handling(|_| async { panic!("a transport of the user") });
    let client = lark_test_support::client_builder(transport.clone());
    let client = client.retry(RetryPolicy::none()).build().expect("fine");
    let error = client.send_raw(get()).await.expect_err("no token");
    assert_eq!(error.stage(), Stage::Token);
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(transport.request_count(), 1);
}

/// Makes calls for two seconds, of which each fails, and gives the requests for tokens.
async fn fails_for_two_seconds(platform: &FakePlatform) -> usize {
    let client = platform.client();
    let start = Instant::now();
    while start.elapsed() < SECOND * 2 {
        client.send_raw(get()).await.expect_err("no token");
        sleep(SECOND / 1000).await;
    }
    platform.token_requests().len()
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_asked_for_a_few_times() {
    let wrong = || r#"{"code":10014,"msg":"app secret invalid"}"#;
    let platform =
        FakePlatform::with_token_endpoint(|_| FakeResponse::ok(&Value::Null), move |_| wrong());
    let requests = fails_for_two_seconds(&platform).await;
    assert!((2..=4).contains(&requests), "{requests}");
    let error = platform.client().send_raw(get()).await.expect_err("no token");
    assert_eq!(error.code(), Some(10014));
}

/// One app token serves all tenants, and all share its failure.
#[tokio::test(start_paused = true)]
async fn nor_do_a_hundred_tenants_ask_more_often() {
    let wrong = || r#"{"code":10014,"msg":"app secret invalid"}"#;
    let platform =
        FakePlatform::with_token_endpoint(|_| FakeResponse::ok(&Value::Null), move |_| wrong());
    let client = platform.builder().app_ticket("tk-1").build().expect("fine");
    for n in 0..100 {
        client.for_tenant(format!("tenant-{n}")).send_raw(get()).await.expect_err("no token");
        sleep(SECOND / 50).await;
    }
    let requests = platform.token_requests().len();
    assert!(requests <= 4, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn an_unusable_life_is_not_asked_for_all_the_time() {
    for expire in [json!(0), json!(-1), json!(null), json!("soon")] {
        let requests = fails_for_two_seconds(&issuing(expire.clone())).await;
        assert!(requests <= 3, "{requests} requests at {expire}");
    }
}

/// The end of a failure is seen within seconds.
#[tokio::test(start_paused = true)]
async fn a_failure_that_has_passed_is_over_within_ten_seconds() {
    let started = Instant::now();
    let platform = FakePlatform::with_token_endpoint(
        |_| FakeResponse::ok(&Value::Null),
        move |_| match started.elapsed() < SECOND * 60 {
            true => FakeResponse::new(200, r#"{"code":10014,"msg":"app secret invalid"}"#),
            false => FakeResponse::tenant_token("t-1"),
        },
    );
    let client = platform.client();
    while client.send_raw(get()).await.is_err() {
        sleep(SECOND / 10).await;
    }
    assert!(started.elapsed() <= SECOND * 71, "{:?}", started.elapsed());
    assert!(platform.token_requests().len() < 15, "{}", platform.token_requests().len());
}

fn issuing(expire: Value) -> FakePlatform {
    let token = json!({ "code": 0, "tenant_access_token": "t-1", "expire": expire }).to_string();
    FakePlatform::with_token_endpoint(|_| FakeResponse::ok(&Value::Null), move |_| token.clone())
}

#[tokio::test(start_paused = true)]
async fn a_token_of_any_life_is_not_asked_for_all_the_time() {
    for expire in [json!(i64::MAX), json!(1_000_000_000_000_u64), json!(7201), json!(2), json!(1)] {
        let platform = issuing(expire.clone());
        works_for_two_seconds(&platform.client()).await;
        let requests = platform.token_requests().len();
        assert!(requests <= 3, "{requests} requests at {expire}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_token_is_believed_to_live_longer_than_the_platform_lets_them() {
    let platform = issuing(json!(i64::MAX));
    let client = platform.client();
    client.send_raw(get()).await.expect("sent");
    let key = client.token_key(lark_core::TokenKind::Tenant).expect("the app's own");
    let entry = client.store().get(&key).await.expect("it works").expect("it was stored");
    let left = entry.expires_at.and_then(|at| at.duration_since(std::time::SystemTime::now()).ok());
    assert!(left.is_some_and(|left| left <= SECOND * 7200), "{left:?}");
    advance(SECOND * 7201).await;
    client.send_raw(get()).await.expect("sent");
    assert_eq!(platform.token_requests().len(), 2);
}
