//! What errors show, and what they never show.
#![allow(missing_docs)]

use std::error::Error as StdError;
use std::io;

use lark_core::{Client, RawRequest, StoreError, TransportError, TransportErrorKind, operation};
use lark_test_support::{FakePlatform, FakeResponse};
use serde_json::json;

/// The secret of the clients of `FakePlatform`.
const APP_SECRET: &str = "hush-secret";

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Push {
    pub(crate) hook_id: Option<String>,
}
operation! { Push => ();
    "demo.v1.hook.push" POST "/open-apis/demo/v1/hook/{hook_id}" json [];
    path hook_id: into String as secret,
}

fn violation(value: &str, description: &str) -> String {
    let violations = [json!({ "field": "mobile", "value": value, "description": description })];
    let error = json!({ "field_violations": violations, "log_id": "l1" });
    json!({ "code": 99992402, "msg": "field validation failed", "error": error }).to_string()
}

fn platform(body: impl Into<String>) -> FakePlatform {
    let body = body.into();
    FakePlatform::answering(move |_| FakeResponse::new(400, body.clone()))
}

fn client(platform: &FakePlatform) -> Client {
    platform.client_without_retries()
}

fn get() -> RawRequest {
    RawRequest::get("/open-apis/demo/v1/things")
}

#[tokio::test]
async fn debug_is_one_line_and_has_no_value_that_was_sent() {
    let platform = platform(violation("+4917612345678", "invalid mobile"));
    let error = client(&platform).send_raw(get()).await.expect_err("the platform rejects it");
    let debug = format!("{error:?}");
    assert_eq!(debug, error.to_string());
    assert!(debug.contains("mobile: invalid mobile"), "{debug}");
    for shown in [debug, format!("{error:#?}")] {
        assert!(!shown.contains("12345678"), "{shown}");
    }
    // Programs that ask for it get it.
    let api = error.api().expect("an error of the platform");
    assert_eq!(api.field_violations()[0].value, "+4917612345678");
}

#[tokio::test]
async fn an_error_of_a_secret_response_keeps_no_value() {
    let platform = platform(violation("a code", "expired"));
    let request = get().sensitive();
    let error = client(&platform).send_raw(request).await.expect_err("the platform rejects it");
    assert_eq!(error.api().expect("an error of the platform").field_violations()[0].value, "");
}

#[tokio::test]
async fn secrets_that_the_platform_repeats_are_blanked() {
    let msg = format!("no app with secret {APP_SECRET} for hook 0123456789abcdef");
    let platform = platform(json!({ "code": 19001, "msg": msg }).to_string());
    let client = client(&platform);
    let request = Push::default().hook_id("0123456789abcdef");
    let error = client.send(request).await.expect_err("the platform rejects it");
    for shown in [error.to_string(), format!("{error:#?}")] {
        assert!(!shown.contains(APP_SECRET), "{shown}");
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
        assert!(shown.contains("no app with secret (secret) for hook (secret)"), "{shown}");
    }
}

#[tokio::test]
async fn texts_of_the_platform_are_one_short_line() {
    let msg = format!("a\nb\u{1b}[31m{}", "x".repeat(5_000_000));
    let many = vec![json!({ "field": "f", "description": "d\r\n" }); 1_000];
    let body = json!({ "code": 1, "msg": msg, "error": { "field_violations": many } });
    let error = client(&platform(body.to_string())).send_raw(get()).await;
    let line = error.expect_err("the platform rejects it").to_string();
    assert!(!line.contains(['\n', '\r', '\u{1b}']), "{line}");
    assert!(line.len() < 1_000, "{} bytes", line.len());
    assert!(line.contains("and 990 more"), "{line}");
}

#[tokio::test]
async fn details_are_shown_and_readable() {
    let details = json!([
        { "key": "uuid", "value": "used\nbefore" }, { "value": "no key" }, { "key": "n", "value": 7 },
    ]);
    let body = json!({ "code": 1, "msg": "no", "error": { "details": details } }).to_string();
    let error = client(&platform(body.clone())).send_raw(get()).await.expect_err("rejected");
    let line = error.to_string();
    assert!(line.contains(r#"code 1 "no", uuid: used\nbefore, no key, n: 7"#), "{line}");
    let details = error.api().expect("an error of the platform").details();
    assert_eq!((&*details[0].key, &*details[0].value), ("uuid", "used\nbefore"));
    assert!(!format!("{error:#?}").contains("used"), "Debug shows no value");

    let error = client(&platform(body)).send_raw(get().sensitive()).await.expect_err("rejected");
    assert!(!error.to_string().contains("used"), "{error}");
}

/// What `anyhow` makes of an error with `{:#}`: its text and those of its causes.
fn chain(error: &dyn StdError) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn the_chain_of_an_error_says_nothing_twice() {
    let refused = || io::Error::new(io::ErrorKind::ConnectionRefused, "nobody listens");
    let transport = TransportError::new(TransportErrorKind::Connect, refused());
    let platform = FakePlatform::scripted([FakeResponse::from(transport.clone())]);
    let call = client(&platform).send_raw(get()).await.expect_err("no connection");
    let store = StoreError::new("the database").with_source(refused());
    let stored = lark_core::Error::from(store.clone());
    let errors: [&(dyn StdError + 'static); 4] = [&transport, &call, &store, &stored];
    for error in errors {
        let chain = chain(error);
        assert_eq!(chain.matches("nobody listens").count(), 1, "{chain}");
        assert!(error.to_string().contains("nobody listens"), "one line has it all");
    }
    // Who looks for its type finds it.
    let kind = |error: Option<&(dyn StdError + Send + Sync + 'static)>| {
        error.and_then(|error| error.downcast_ref()).map(io::Error::kind)
    };
    let refused = Some(io::ErrorKind::ConnectionRefused);
    assert_eq!(kind(Some(transport.get_ref())), refused);
    for found in [call.get_ref(), store.get_ref(), stored.get_ref()] {
        assert_eq!(kind(found), refused);
    }
}
