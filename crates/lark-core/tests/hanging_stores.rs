//! Stores that give no answer: calls do without, or say so in time. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::time::Duration;

use lark_core::{Client, RawRequest, Stage};
use lark_test_support::{BrokenStore, FakePlatform, FakeResponse};
use serde_json::{Value, json};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

fn platform() -> FakePlatform {
    let mut count = 0;
    FakePlatform::with_token_endpoint(
        |_| FakeResponse::ok(&Value::Null),
        move |request| {
            count += 1;
            let name = match request.url.ends_with("/app_access_token") {
                true => "app_access_token",
                false => "tenant_access_token",
            };
            json!({ "code": 0, name: format!("t-{count}"), "expire": 7200 }).to_string()
        },
    )
}

async fn call(client: &Client) -> lark_core::Result<()> {
    client.send_raw(RawRequest::get("/open-apis/x")).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn the_platform_is_asked_and_the_token_is_handed_out_before_it_is_saved() {
    let platform = platform();
    let client = platform.builder().store(BrokenStore::Hangs).build().expect("fine");
    let start = Instant::now();
    call(&client.with_timeout(SECOND * 5)).await.expect("sent");
    assert!(start.elapsed() < SECOND * 3, "{:?}", start.elapsed());
    let start = Instant::now();
    for _ in 0..100 {
        call(&client).await.expect("sent");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(platform.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn tenants_get_their_tokens_with_the_ticket_of_the_settings() {
    let platform = platform();
    let client =
        platform.builder().store(BrokenStore::Hangs).app_ticket("tk-1").build().expect("fine");
    let client = client.with_timeout(SECOND * 20);
    let start = Instant::now();
    for tenant in ["a", "b", "c"] {
        call(&client.for_tenant(tenant)).await.expect("sent");
    }
    assert!(start.elapsed() < SECOND * 20, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_needs_the_store_says_in_time_that_it_does_not_answer() {
    let platform = platform();
    let client = platform.builder().store(BrokenStore::Hangs).marketplace().build().expect("fine");
    let start = Instant::now();
    let error = call(&client.for_tenant("a")).await.expect_err("no ticket");
    assert_eq!(error.stage(), Stage::Token);
    assert!(error.to_string().contains("the token store gave no answer within"), "{error}");
    assert!(start.elapsed() < SECOND * 10, "{:?}", start.elapsed());
    let start = Instant::now();
    client.set_app_ticket("tk-1").await.expect_err("not stored");
    assert!(start.elapsed() < SECOND * 31, "{:?}", start.elapsed());
}
