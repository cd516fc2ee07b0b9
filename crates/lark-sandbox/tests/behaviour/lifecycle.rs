//! Starting, stopping, and several at once.

use std::sync::{Arc, Mutex};

use lark_sandbox::Sandbox;
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, Stopped, USERS, http, send};

#[tokio::test]
async fn sandboxes_share_nothing() {
    let (one, other) = (Client::start().await, Client::start().await);
    assert_ne!(one.sandbox.base_url(), other.sandbox.base_url());
    let foreign = other.bare(Method::GET, USERS).bearer_auth(&one.token);
    assert_eq!(send(foreign).await.code(), 99991663);
    let body = json!({ "name": "n", "mobile": "+1", "department_ids": ["0"], "employee_type": 1 });
    one.post(USERS, body).await.data();
    assert_eq!((one.sandbox.open_ids().len(), other.sandbox.open_ids().len()), (301, 300));
    assert_eq!((one.sandbox.requests(), other.sandbox.requests()), (2, 2));
}

#[tokio::test]
async fn shutdown_frees_the_port() {
    let client = Client::start().await;
    let url = client.sandbox.base_url();
    let port: u16 = url.rsplit(':').next().expect("a port").parse().expect("a number");
    client.sandbox.shutdown().await;
    assert!(http().get(&url).send().await.is_err_and(|error| error.is_connect()));
    let again = Sandbox::builder().strict().port(port).start().await.expect("the port is free");
    assert_eq!(again.base_url(), url);
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let first = Sandbox::builder().strict().start().await.expect("a free port");
    let port = first.base_url().rsplit(':').next().expect("a port").parse().expect("a number");
    assert!(Sandbox::builder().strict().port(port).start().await.is_err());
}

#[tokio::test]
async fn the_app_is_as_set_and_by_default_as_sdks_want_it() {
    let default = Sandbox::builder().strict().start().await.expect("a free port");
    let digits = default.app_id().strip_prefix("cli_").expect("the prefix");
    assert!(digits.len() == 16 && digits.chars().all(|digit| digit.is_ascii_hexdigit()));
    let sandbox = Sandbox::builder().strict().app("cli_mine", "secret").start().await;
    let client = Client::of(sandbox.expect("a free port")).await;
    assert_eq!((client.sandbox.app_id(), client.sandbox.app_secret()), ("cli_mine", "secret"));
}

#[tokio::test]
async fn the_clock_can_be_replaced() {
    let sandbox = Sandbox::builder().strict().clock(Stopped).start().await.expect("a free port");
    let client = Client::of(sandbox).await;
    let body = json!({ "receive_id": "oc_1", "msg_type": "text", "content": "{\"text\":\"\"}" });
    let path = "/open-apis/im/v1/messages?receive_id_type=chat_id";
    let sent = client.post(path, body).await;
    assert_eq!(sent.data()["create_time"], "1700000000123");
}

#[tokio::test]
async fn an_observer_sees_requests_without_their_secrets() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let builder = Sandbox::builder().strict().on_request(move |call| {
        seen.lock().expect("no panic").push(call.clone());
    });
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let answer = client.get(&format!("{USERS}/nobody?user_id_type=user_id")).await;
    client.bare(Method::GET, "/nowhere").send().await.expect("an answer");
    let calls = calls.lock().expect("no panic");
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[1].path, format!("{USERS}/nobody"));
    assert_eq!((calls[1].status, calls[1].code), (400, Some(99992351)));
    assert_eq!(calls[1].operation_id, Some("contact.v3.user.get"));
    assert_eq!(calls[1].log_id, Some(answer.log_id));
    assert_eq!((calls[2].status, calls[2].code, calls[2].operation_id), (404, None, None));
    assert!(!format!("{calls:?}").contains(&client.token));
}
