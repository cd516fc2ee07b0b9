//! Requests without a domain crate: their methods, bodies and responses, and tokens for what goes
//! beside the SDK.
#![allow(missing_docs)]

use std::time::Duration;

use lark_core::http::Method;
use lark_core::{Client, FilePart, Rate, RawRequest, Stage, TokenKind};
use lark_test_support::{FakePlatform, FakeResponse};
use tokio::time::Instant;

const PATH: &str = "/open-apis/x";
const OK: &str = r#"{"code":0,"data":{"file_key":"f"}}"#;

fn answering(body: &'static str) -> FakePlatform {
    FakePlatform::answering(move |_| FakeResponse::new(200, body))
}

#[tokio::test]
async fn every_method_has_a_constructor() {
    let platform = answering(OK);
    let client = platform.client_without_retries();
    for request in [
        RawRequest::get(PATH),
        RawRequest::post(PATH),
        RawRequest::put(PATH),
        RawRequest::patch(PATH),
        RawRequest::delete(PATH),
    ] {
        client.send_raw(request).await.expect("sent");
    }
    let methods: Vec<_> = platform.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(methods, ["GET", "POST", "PUT", "PATCH", "DELETE"]);
}

#[tokio::test]
async fn files_are_sent_as_a_multipart_form_in_order() {
    let platform = answering(OK);
    let request = RawRequest::post("/open-apis/im/v1/files")
        .multipart_text("file_type", "stream")
        .multipart_file("file", FilePart::bytes("a.txt", "hello"))
        .multipart_text("duration", "1");
    let response = platform.client_without_retries().send_raw(request).await.expect("sent");
    assert_eq!(response.data().expect("data")["file_key"], "f");
    let call = &platform.calls()[0];
    let content_type = call.headers["content-type"].to_str().expect("ASCII");
    assert!(content_type.starts_with("multipart/form-data; boundary="), "{content_type}");
    let text = call.text();
    let places = ["name=\"file_type\"", "filename=\"a.txt\"", "hello", "name=\"duration\""]
        .map(|part| text.find(part).unwrap_or_else(|| panic!("no {part} in {text}")));
    assert!(places.is_sorted(), "{text}");
}

#[tokio::test]
async fn a_request_has_one_body() {
    let platform = FakePlatform::unused();
    let file = || FilePart::bytes("a", "b");
    for request in [
        RawRequest::post(PATH).json(1).multipart_file("file", file()),
        RawRequest::post(PATH).multipart_text("a", "b").form([("a", "b")]),
        RawRequest::post(PATH).form([("a", "b")]).json(1),
    ] {
        let error = platform.client().send_raw(request).await.expect_err("two bodies");
        assert_eq!(
            error.to_string(),
            "POST /open-apis/x: prepare: it has more than one body: set one of json, form and \
             multipart_*"
        );
    }
    let bad = RawRequest::post(PATH).multipart_file("file", FilePart::bytes("a/b", "x"));
    let error = platform.client().send_raw(bad).await.expect_err("no file name");
    assert_eq!(error.stage(), Stage::Prepare);
}

#[tokio::test]
async fn a_response_without_data_says_what_it_has() {
    for (body, why) in [
        (
            r#"{"code":0,"msg":"ok","bot":{"open_id":"ou_1"},"expire":7200}"#,
            "GET /open-apis/x: decode: the response has no `data`; beside `code` it has `bot`, \
             `expire`: use json() (HTTP 200, log id log-1)",
        ),
        (
            r#"{"code":0,"msg":"ok"}"#,
            "GET /open-apis/x: decode: the response has no data (HTTP 200, log id log-1)",
        ),
    ] {
        let client = answering(body).client_without_retries();
        let response = client.send_raw(RawRequest::get(PATH)).await.expect("a success");
        assert_eq!(response.data().expect_err("no data").to_string(), why);
        assert_eq!(response.data_as::<i64>().expect_err("no data").to_string(), why);
    }
    let client = answering(r#"{"code":0,"data":null}"#).client_without_retries();
    let response = client.send_raw(RawRequest::get(PATH)).await.expect("a success");
    assert!(response.data().expect("there is data").is_null());
}

#[tokio::test]
async fn a_code_by_the_name_that_custom_bots_use_counts() {
    let success = answering(r#"{"StatusCode":0,"StatusMessage":"success"}"#);
    let client = success.client_without_retries();
    client.send_raw(RawRequest::post(PATH)).await.expect("a success");
    let refusal = answering(r#"{"StatusCode":19024,"StatusMessage":"Key Words Not Found"}"#);
    let client = refusal.client_without_retries();
    let error = client.send_raw(RawRequest::post(PATH)).await.expect_err("a code");
    assert_eq!((error.code(), error.msg()), (Some(19_024), Some("Key Words Not Found")));
    let both = answering(r#"{"StatusCode":0,"StatusMessage":"success","code":9,"msg":"no"}"#);
    let error = both.client_without_retries().send_raw(RawRequest::post(PATH)).await;
    let error = error.expect_err("the code itself decides");
    assert_eq!((error.code(), error.msg()), (Some(9), Some("no")));
}

#[tokio::test]
async fn a_client_hands_out_the_tokens_that_it_would_send() {
    let platform = answering(OK);
    let client = platform.client_without_retries();
    let token = client.token(TokenKind::Tenant).await.expect("a token");
    assert_eq!(token.expose(), "t-1");
    client.send_raw(RawRequest::get(PATH)).await.expect("sent");
    assert_eq!(platform.calls()[0].token(), "t-1", "one token for both");
    let user = "u-1".to_owned();
    let given = client.as_user(&user).token(TokenKind::User).await;
    assert_eq!(given.expect("the user's").expose(), "u-1");
    let given = client.with_app_token("a-1").token(TokenKind::App).await;
    assert_eq!(given.expect("the app's").expose(), "a-1");

    let error = client.token(TokenKind::User).await.expect_err("no user");
    assert_eq!(
        error.to_string(),
        "client: prepare: it needs a user token; call it on client.as_user(token)"
    );
    let none: Client = Client::without_app().build().expect("the options are fine");
    let error = none.token(TokenKind::Tenant).await.expect_err("no app");
    assert!(error.to_string().contains("with_tenant_token"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_ends_with_the_timeout() {
    let platform = FakePlatform::with_token_endpoint(
        |_| FakeResponse::new(200, OK),
        |_| FakeResponse::new(200, OK).after(Duration::from_secs(3600)),
    );
    let client = platform.client().with_timeout(Duration::from_secs(2));
    let start = Instant::now();
    let error = client.token(TokenKind::Tenant).await.expect_err("no token");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn the_raw_requests_of_a_path_can_be_limited() {
    let platform = answering(OK);
    let builder = platform.builder().raw_rate_limit(Method::GET, PATH, Rate::per_second(1));
    let client = builder.build().expect("the options are fine");
    let start = Instant::now();
    for _ in 0..2 {
        client.send_raw(RawRequest::get(PATH)).await.expect("sent");
        client.send_raw(RawRequest::get("/open-apis/y")).await.expect("sent");
    }
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_millis(900), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(2), "the other path has no limit: {elapsed:?}");
}
