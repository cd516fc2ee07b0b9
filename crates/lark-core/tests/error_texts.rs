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

/// Nothing that a server says looks like another line of a log, wherever it says it.
#[tokio::test]
async fn no_text_of_the_platform_begins_another_line() {
    const FORGED: &str = "x\n2026-01-01 ERROR forged\r\u{85}\u{2028}\u{202e}";
    let grant = format!("https://open.feishu.cn/auth?q={FORGED}");
    let many = vec![json!({ "type": FORGED, "subject": FORGED, "description": FORGED }); 1_000];
    let error = json!({
        "log_id": FORGED.repeat(1_000),
        "troubleshooter": FORGED,
        "helps": [{ "url": grant }],
        "details": [{ "key": FORGED, "value": FORGED }],
        "field_violations": [{ "field": FORGED, "value": FORGED, "description": FORGED }],
        "permission_violations": many,
    });
    let body = json!({ "code": 99991672, "msg": FORGED, "error": error });
    let oauth = json!({ "error": FORGED, "error_description": FORGED });
    let requests = [(get(), body), (get().oauth(), oauth)];
    for (request, body) in requests {
        let platform = platform(body.to_string());
        let client = client(&platform).for_tenant(FORGED);
        let error = client.send_raw(request.without_token()).await.expect_err("refused");
        for shown in [error.to_string(), format!("{error:?}")] {
            let odd = ['\n', '\r', '\u{85}', '\u{2028}', '\u{202e}'];
            assert!(!shown.contains(odd) && shown.contains("forged"), "{shown}");
            assert!(shown.len() < 6_000, "{} bytes", shown.len());
        }
        assert_eq!(error.scopes_url(), None, "that is no URL");
    }
    let source = io::Error::other(FORGED);
    let transport = TransportError::new(TransportErrorKind::Connect, source);
    let store = StoreError::new(FORGED).with_source(io::Error::other(FORGED));
    for shown in [transport.to_string(), store.to_string()] {
        assert!(!shown.contains(['\n', '\r']) && shown.contains("forged"), "{shown}");
    }
}

/// Servers, and proxies before them, repeat what they were sent.
#[tokio::test]
async fn no_error_shows_what_was_sent_as_a_secret() {
    let sending = |client: &Client, secret: &str| match &secret[..2] {
        "t-" => client.with_tenant_token(secret),
        "u-" => client.as_user(secret),
        "aW" => client.with_helpdesk("id", "hd-token-1"),
        _ => client.clone(),
    };
    let page = |secret: &str| {
        let filler = "x".repeat(60);
        // The second one is cut off in the middle.
        format!("<pre>GET /\nauthorization: Bearer {secret}\n{filler} {filler}\n{secret}</pre>")
    };
    let msg = |secret: &str| {
        let error = json!({
            "troubleshooter": secret, "log_id": secret,
            "details": [{ "key": secret, "value": secret }],
            "field_violations": [{ "field": secret, "description": secret }],
            "permission_violations": [{ "subject": secret }],
        });
        json!({ "code": 19001, "msg": format!("bad {secret}"), "error": error }).to_string()
    };
    for secret in ["t-1234567890", "u-1234567890", "aWQ6aGQtdG9rZW4tMQ==", APP_SECRET] {
        for (status, body) in [(502, page(secret)), (200, page(secret)), (400, msg(secret))] {
            let platform =
                FakePlatform::answering(move |_| FakeResponse::new(status, body.clone()));
            let error =
                sending(&client(&platform), secret).send_raw(get()).await.expect_err("refused");
            for shown in [error.to_string(), format!("{error:#?}")] {
                assert!(shown.contains("(secret)"), "{shown}");
                assert!(!shown.contains(&secret[..8]), "{shown}");
            }
        }
    }
}

#[tokio::test]
async fn no_error_shows_what_was_sent_for_a_token() {
    let request = || get().without_token().oauth();
    let body = json!({ "refresh_token": "ur-12345", "client_id": "cli_12345" });
    for request in [
        request().json(body),
        request().form([("code", "ur-12345"), ("client_id", "cli_12345")]),
        request().basic_auth("cli_12345", "ur-12345"),
    ] {
        let body =
            json!({ "error": "invalid_grant", "error_description": "ur-12345 of cli_12345" });
        let error = client(&platform(body.to_string())).send_raw(request).await;
        let shown = error.expect_err("refused").to_string();
        assert!(shown.contains("(secret) of cli_12345"), "{shown}");
    }
}

#[tokio::test]
async fn what_may_be_half_a_response_is_not_quoted() {
    let json = r#"{"code":0,"data":{"phone":"+4917612345678""#;
    let utf16: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        json.as_bytes().to_vec(),
        format!("\u{feff}{json}").into_bytes(),
        format!("\u{b}\n\0{json}").into_bytes(),
        [&b"\xff\xfe"[..], &utf16].concat(),
        utf16,
    ] {
        let platform = FakePlatform::answering(move |_| FakeResponse::new(200, body.clone()));
        let error = client(&platform).send_raw(get()).await.expect_err("not JSON");
        assert!(error.to_string().contains("bytes that are not shown"), "{error}");
    }
}

#[tokio::test]
async fn a_response_that_no_program_reads_is_named() {
    for (response, why) in [
        (FakeResponse::new(200, ""), "decode: the response is empty"),
        (
            FakeResponse::new(200, b"\x1f\x8b\x08\0".to_vec()).header("content-encoding", "gzip"),
            "decode: the response is encoded as \"gzip\", which nobody asked for",
        ),
    ] {
        let platform = FakePlatform::answering(move |_| response.clone());
        let error = client(&platform).send_raw(get()).await.expect_err("unreadable");
        assert!(error.to_string().contains(why), "{error}");
    }
}
