//! What goes wrong by command.

use std::error::Error;
use std::io;
use std::time::Duration;

use lark_sandbox::{Fault, Sandbox, Times};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{Client, MESSAGES, USERS, send};

const CREATE: &str = "im.v1.message.create";

/// Sends a message, with a `uuid` so that it can be sent again.
async fn post(client: &Client) -> Result<Response, reqwest::Error> {
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let content = r#"{"text":"hi"}"#;
    let body = json!({ "receive_id": "oc_1", "msg_type": "text", "content": content, "uuid": "u" });
    client.request(Method::POST, &path).json(&body).send().await
}

#[tokio::test]
async fn a_gateway_fails_without_executing_the_request() {
    let client = Client::start().await;
    client.sandbox.fault(CREATE, Times::Next(2), Fault::status(503));
    for _ in 0..2 {
        let answer = post(&client).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["content-type"], "text/html");
    }
    assert_eq!(client.sandbox.messages_sent(), 0);
    assert_eq!(post(&client).await.expect("an answer").status(), 200);
    assert_eq!((client.sandbox.messages_sent(), client.sandbox.faults_served()), (1, 2));
}

#[tokio::test]
async fn connections_are_reset_before_or_after_execution() {
    let client = Client::start().await;
    for (fault, sent) in [(Fault::reset(), 0), (Fault::reset_after_execution(), 1)] {
        client.sandbox.fault(CREATE, Times::Once, fault);
        let error = post(&client).await.expect_err("no answer");
        assert!(is_reset(&error), "{error:?}");
        assert_eq!(client.sandbox.messages_sent(), sent);
        let call = client.sandbox.calls_of(CREATE).pop().expect("a call");
        assert_eq!((call.status, call.code), (0, None));
        assert_eq!(call.app_id.as_deref(), Some(client.sandbox.app_id()));
    }
    assert_eq!(post(&client).await.expect("an answer").status(), 200);
    assert_eq!(client.sandbox.messages_sent(), 1, "the uuid was known");
}

fn is_reset(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
        || error.source().is_some_and(is_reset)
}

#[tokio::test]
async fn a_body_ends_in_the_middle() {
    let client = Client::start().await;
    client.sandbox.fault(CREATE, Times::Once, Fault::reset_mid_body());
    let answer = post(&client).await.expect("a head");
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    client.sandbox.fault(CREATE, Times::Once, Fault::truncated_json());
    let answer = post(&client).await.expect("an answer");
    let body = answer.bytes().await.expect("a whole body");
    assert!(body.starts_with(b"{") && serde_json::from_slice::<Value>(&body).is_err());
    assert_eq!(client.sandbox.messages_sent(), 1);
}

#[tokio::test]
async fn types_drift_in_successes_only() {
    let client = Client::start().await;
    client.sandbox.fault_any(Times::Always, Fault::drifted_types());
    let user = format!("{USERS}/{}", client.sandbox.open_ids()[0]);
    let answer = client.get(&user).await;
    let user = &answer.data()["user"];
    assert_eq!((&user["gender"], &user["employee_type"]), (&json!("1"), &json!("1")));
    assert_eq!((&user["mobile_visible"], &user["name"]), (&json!(true), &json!("王芳")));
    let sent = post(&client).await.expect("an answer").json::<Value>().await.expect("JSON");
    assert!(sent["data"]["create_time"].is_number(), "{sent}");
    assert!(sent["code"].is_number());
    let rejected = client.get(&format!("{USERS}/nobody")).await;
    assert_eq!(rejected.code(), 99992352);
}

#[tokio::test]
async fn a_content_type_lies() {
    let client = Client::start().await;
    client.sandbox.fault(CREATE, Times::Once, Fault::wrong_content_type());
    let answer = post(&client).await.expect("an answer");
    assert_eq!(answer.headers().get_all("content-type").iter().count(), 1);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert_eq!(answer.json::<Value>().await.expect("JSON all the same")["code"], 0);
}

#[tokio::test]
async fn rejections_by_command_look_like_the_platforms() {
    let client = Client::start().await;
    client.sandbox.fault(CREATE, Times::Once, Fault::rate_limited(3));
    let answer = post(&client).await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["x-ogw-ratelimit-reset"]),
        (429, &"3".parse().expect("a value"))
    );
    for (code, status) in [(99991663, 200), (99991671, 400), (99991668, 401)] {
        client.sandbox.fault(CREATE, Times::Once, Fault::token_invalid(code, status));
        let answer = send(client.request(Method::POST, MESSAGES)).await;
        assert_eq!((answer.status, answer.code()), (status, code));
        assert!(!answer.log_id.is_empty());
    }
    assert_eq!((client.sandbox.messages_sent(), client.sandbox.faults_served()), (0, 4));
}

#[tokio::test(start_paused = true)]
async fn latency_is_of_tokios_clock() {
    let client = Client::of(Sandbox::builder().strict().start().await.expect("a free port")).await;
    let hour = Duration::from_secs(3600);
    client.sandbox.fault(CREATE, Times::Once, Fault::latency(hour));
    let before = Instant::now();
    assert_eq!(post(&client).await.expect("an answer").status(), 200);
    assert!(before.elapsed() >= hour);
}

#[tokio::test]
async fn faults_of_an_operation_come_before_those_of_any_until_dropped() {
    let client = Client::start().await;
    client.sandbox.fault_any(Times::Always, Fault::status(502));
    client.sandbox.fault(CREATE, Times::Once, Fault::status(500));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(post(&client).await.expect("an answer").status().as_u16());
    }
    client.sandbox.clear_faults();
    statuses.push(post(&client).await.expect("an answer").status().as_u16());
    assert_eq!(statuses, [500, 502, 200]);
}
