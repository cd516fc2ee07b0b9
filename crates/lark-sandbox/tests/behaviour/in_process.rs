//! Requests without a socket.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use lark_sandbox::{Fault, RateLimit, Sandbox, ScriptedResponse, Times};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::TENANT_TOKEN;

const TOKEN: &str = "auth.v3.tenant_access_token.internal";

fn request(sandbox: &Sandbox) -> Request<Bytes> {
    let body = json!({ "app_id": sandbox.app_id(), "app_secret": sandbox.app_secret() });
    let url = format!("{}{TENANT_TOKEN}", sandbox.base_url());
    Request::post(url).body(body.to_string().into()).expect("a request")
}

async fn ask(sandbox: &Sandbox) -> Response<Bytes> {
    sandbox.respond(request(sandbox)).await.expect("an answer")
}

#[tokio::test]
async fn the_same_is_answered_counted_and_remembered_as_over_http() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let answer = ask(&sandbox).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert!(body["tenant_access_token"].as_str().is_some_and(|token| token.starts_with("t-")));
    let calls = sandbox.calls_of(TOKEN);
    let log_id = answer.headers()["x-tt-logid"].to_str().expect("text");
    assert_eq!(calls[0].log_id.as_deref(), Some(log_id));
    assert_eq!((sandbox.requests(), sandbox.token_requests(), calls.len()), (1, 1, 1));
    sandbox.rate_limit(TOKEN, RateLimit::per_minute(0));
    assert_eq!(ask(&sandbox).await.status(), 429);
    let stats = Request::get("/sandbox/v1/stats").body(Bytes::new()).expect("a request");
    assert_eq!(sandbox.respond(stats).await.expect("an answer").status(), 200);
    assert_eq!(sandbox.requests(), 2, "commands do not count");
}

#[tokio::test]
async fn a_broken_connection_is_an_error() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let short = ScriptedResponse::new(200).body("{").declare_length(2);
    sandbox.respond_with(TOKEN, Times::Once, short);
    sandbox.fault(TOKEN, Times::Once, Fault::reset());
    sandbox.fault(TOKEN, Times::Once, Fault::reset_after_execution());
    sandbox.fault(TOKEN, Times::Once, Fault::reset_mid_body());
    let mut kinds = Vec::new();
    for _ in 0..4 {
        let error = sandbox.respond(request(&sandbox)).await.expect_err("it breaks");
        kinds.push(error.kind());
    }
    let (reset, eof) = (ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof);
    assert_eq!(kinds, [eof, reset, reset, eof]);
    assert_eq!(sandbox.token_requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn latency_is_of_tokios_clock_here_too() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let hour = Duration::from_secs(3600);
    sandbox.fault(TOKEN, Times::Once, Fault::latency(hour));
    let before = Instant::now();
    assert_eq!(ask(&sandbox).await.status(), 200);
    assert!(before.elapsed() >= hour);
}
