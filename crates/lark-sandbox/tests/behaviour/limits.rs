//! Rate limits.

use std::time::Duration;

use lark_sandbox::{App, RateLimit, Sandbox};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, Stopped, TENANT_TOKEN, USERS, send};

const LIST: &str = "contact.v3.user.list";

/// A sandbox whose clock stands still, so that no second ends in the middle of a test.
async fn start() -> Client {
    let other = App::self_built("cli_other", "x").in_tenant("tenant_b");
    let builder = Sandbox::builder().strict().clock(Stopped).add_app(other);
    Client::of(builder.start().await.expect("a free port")).await
}

/// The codes of so many calls.
async fn codes(client: &Client, calls: usize) -> Vec<i64> {
    let mut codes = Vec::new();
    for _ in 0..calls {
        codes.push(client.get(USERS).await.code());
    }
    codes
}

#[tokio::test]
async fn calls_beyond_the_limit_are_rejected_until_the_second_is_over() {
    let client = start().await;
    client.sandbox.rate_limit(LIST, RateLimit::per_second(2));
    assert_eq!(codes(&client, 4).await, [0, 0, 99991400, 99991400]);
    client.sandbox.advance(Duration::from_millis(876));
    assert_eq!(codes(&client, 1).await, [99991400]);
    client.sandbox.advance(Duration::from_millis(1));
    assert_eq!(codes(&client, 3).await, [0, 0, 99991400], "rejected calls do not count");
    assert_eq!(client.sandbox.rate_limited(LIST), 4);
    let calls = client.sandbox.calls_of(LIST);
    let late = calls.iter().filter(|it| it.at >= Duration::from_millis(877));
    assert_eq!(late.filter(|it| it.code == Some(99991400)).count(), 1);
}

#[tokio::test]
async fn a_rejection_says_how_long_to_wait() {
    let client = start().await;
    let rejected = async |limit| {
        client.sandbox.rate_limit(LIST, limit);
        client.request(Method::GET, USERS).send().await.expect("an answer")
    };
    let answer = rejected(RateLimit::per_second(0)).await;
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["x-ogw-ratelimit-limit"], "0");
    assert_eq!(answer.headers()["x-ogw-ratelimit-reset"], "1");
    let answer = rejected(RateLimit::per_minute(0).in_status(400)).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["x-ogw-ratelimit-reset"], "40");
    let answer = rejected(RateLimit::per_second(0).without_reset()).await;
    assert!(!answer.headers().contains_key("x-ogw-ratelimit-reset"));
    let body: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(body["msg"], "request trigger frequency limit");
}

#[tokio::test]
async fn each_operation_app_and_tenant_is_counted_by_itself() {
    let client = start().await;
    client.sandbox.rate_limit(LIST, RateLimit::per_second(1));
    assert_eq!(codes(&client, 2).await, [0, 99991400]);
    client.get("/open-apis/contact/v3/departments").await.data();
    let body = json!({ "app_id": "cli_other", "app_secret": "x" });
    let answer = client.ask(TENANT_TOKEN, body).await;
    let other = answer.body["tenant_access_token"].as_str().expect("a token").to_owned();
    send(client.bare(Method::GET, USERS).bearer_auth(other)).await.data();
    client.sandbox.lift_rate_limit(LIST);
    assert_eq!(codes(&client, 2).await, [0, 0]);
}

#[tokio::test]
async fn a_rejected_call_is_not_executed_and_a_bad_token_is_not_counted() {
    let client = start().await;
    client.sandbox.rate_limit("im.v1.message.create", RateLimit::per_second(1));
    let path = "/open-apis/im/v1/messages?receive_id_type=chat_id";
    let body = json!({ "receive_id": "oc_1", "msg_type": "text", "content": r#"{"text":"hi"}"# });
    let bad = client.bare(Method::POST, path).bearer_auth("t-unknown").json(&body);
    assert_eq!(send(bad).await.code(), 99991663);
    client.post(path, body.clone()).await.data();
    assert_eq!(client.post(path, body).await.code(), 99991400);
    assert_eq!(client.sandbox.messages_sent(), 1);
}

#[tokio::test]
async fn token_endpoints_can_be_limited() {
    let client = start().await;
    client.sandbox.rate_limit("auth.v3.tenant_access_token.internal", RateLimit::per_second(1));
    assert_eq!(client.credentials(TENANT_TOKEN).await.code(), 0);
    assert_eq!(client.credentials(TENANT_TOKEN).await.code(), 99991400);
}

#[tokio::test]
async fn a_chat_takes_so_many_messages_of_all_apps_together() {
    let client = start().await;
    client.sandbox.chat_rate_limit(Some(RateLimit::per_second(2)));
    let path = "/open-apis/im/v1/messages?receive_id_type=chat_id";
    let mut codes = Vec::new();
    for (chat, uuid) in [("oc_1", "a"), ("oc_1", "b"), ("oc_1", "c"), ("oc_1", "a"), ("oc_2", "a")]
    {
        let content = r#"{"text":"hi"}"#;
        let body =
            json!({ "receive_id": chat, "msg_type": "text", "content": content, "uuid": uuid });
        codes.push(client.post(path, body).await.code());
    }
    assert_eq!(codes, [0, 0, 230020, 0, 0], "a repetition is no message");
}
