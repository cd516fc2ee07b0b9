//! The device flow.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, send};
use crate::signed_in::{V2, ask, call, default};

const SECOND: Duration = Duration::from_secs(1);

async fn begin(client: &Client) -> Value {
    let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
    let request = client.bare(Method::POST, "/oauth/v1/device_authorization");
    let request = request.basic_auth(id, Some(secret));
    let body = format!("client_id={id}&scope=a%20offline_access");
    send(request.body(body)).await.body
}

async fn poll(client: &Client, device: &Value) -> ApiResponse {
    let fields = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    });
    ask(client, V2, fields).await
}

fn user_code(device: &Value) -> &str {
    device["user_code"].as_str().expect("a code")
}

#[tokio::test]
async fn tokens_come_when_the_user_has_agreed_and_once() {
    let client = default().await;
    let device = begin(&client).await;
    assert_eq!((&device["interval"], &device["expires_in"]), (&json!(5), &json!(240)));
    let page = device["verification_uri_complete"].as_str().expect("a URL");
    assert!(page.ends_with(user_code(&device)), "{page}");
    let pending = poll(&client, &device).await;
    assert_eq!((pending.status, &pending.body["error"]), (400, &json!("authorization_pending")));
    let person = client.sandbox.open_ids()[3].clone();
    client.sandbox.approve_device(user_code(&device), &person);
    let tokens = poll(&client, &device).await.body;
    assert_eq!(tokens["scope"], "a offline_access");
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(call(&client, &tokens["access_token"]).await, 0);
    assert_eq!(poll(&client, &device).await.code(), 20065);
}

#[tokio::test]
async fn asking_too_often_lengthens_the_interval() {
    let client = default().await;
    let device = begin(&client).await;
    let mut errors = Vec::new();
    for wait in [0, 4, 9, 10, 11] {
        client.sandbox.advance(wait * SECOND);
        errors.push(poll(&client, &device).await.body["error"].clone());
    }
    let (pending, slow) = ("authorization_pending", "slow_down");
    assert_eq!(errors, [pending, slow, slow, slow, slow]);
    client.sandbox.advance(25 * SECOND);
    assert_eq!(poll(&client, &device).await.body["error"], pending);
}

#[tokio::test]
async fn a_rejection_and_the_end_of_its_life_end_the_flow() {
    let client = default().await;
    let (denied, late) = (begin(&client).await, begin(&client).await);
    client.sandbox.deny_device(user_code(&denied));
    assert_eq!(poll(&client, &denied).await.body["error"], "access_denied");
    client.sandbox.advance(241 * SECOND);
    assert_eq!(poll(&client, &late).await.body["error"], "expired_token");
    let unknown = json!({ "device_code": "device_x" });
    assert_eq!(poll(&client, &unknown).await.code(), 20003);
}
