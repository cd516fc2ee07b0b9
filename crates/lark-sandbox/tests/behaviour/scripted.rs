//! Dictated answers.

use lark_sandbox::{ScriptedResponse, Times};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, TENANT_TOKEN, USERS, send};

const LIST: &str = "contact.v3.user.list";

#[tokio::test]
async fn replies_come_in_order_and_as_often_as_asked() {
    let client = Client::start().await;
    client.sandbox.respond_with(
        LIST,
        Times::Next(2),
        ScriptedResponse::json(500, &json!({ "code": 1 })),
    );
    client.sandbox.respond_with(
        LIST,
        Times::Once,
        ScriptedResponse::json(500, &json!({ "code": 2 })),
    );
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(client.get(USERS).await.code());
    }
    assert_eq!(codes, [1, 1, 2, 0]);
}

#[tokio::test]
async fn a_reply_stays_until_it_is_dropped() {
    let client = Client::start().await;
    client.sandbox.respond_with(
        LIST,
        Times::Always,
        ScriptedResponse::json(429, &json!({ "code": 99991400 })),
    );
    for _ in 0..3 {
        assert_eq!(client.get(USERS).await.code(), 99991400);
    }
    client.sandbox.stop_responding(LIST);
    client.get(USERS).await.data();
}

#[tokio::test]
async fn a_reply_is_sent_byte_for_byte() {
    let client = Client::start().await;
    let page = "<html>502 Bad Gateway</html>";
    let scripted = ScriptedResponse::html(502, page).header("X-Gateway", "edge");
    client.sandbox.respond_with(LIST, Times::Once, scripted);
    let answer = client.bare(Method::GET, USERS).send().await.expect("an answer");
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.headers()["x-gateway"], "edge");
    assert!(!answer.headers().contains_key("x-tt-logid"));
    assert_eq!(answer.text().await.expect("text"), page);
}

#[tokio::test]
async fn a_body_may_be_cut_short() {
    let client = Client::start().await;
    let scripted = ScriptedResponse::new(200).body(r#"{"code":0,"da"#).declare_length(500);
    client.sandbox.respond_with(LIST, Times::Once, scripted);
    let answer = client.request(Method::GET, USERS).send().await.expect("a head");
    assert_eq!(answer.headers()["content-length"], "500");
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn token_endpoints_can_be_dictated_too() {
    let client = Client::start().await;
    let operation = "auth.v3.tenant_access_token.internal";
    client.sandbox.respond_with(
        operation,
        Times::Once,
        ScriptedResponse::json(200, &json!({ "code": 1500 })),
    );
    assert_eq!(send(client.bare(Method::POST, TENANT_TOKEN)).await.code(), 1500);
    assert_eq!(client.sandbox.token_requests(), 2);
}

#[tokio::test]
#[should_panic(expected = "no operation im.v1.message.snd")]
async fn an_operation_that_does_not_exist_is_a_mistake_of_the_test() {
    let client = Client::start().await;
    client.sandbox.respond_with("im.v1.message.snd", Times::Once, ScriptedResponse::new(200));
}
