//! Keys under which the platform executes a repeated request only once.
#![allow(missing_docs)]

use std::collections::HashSet;

use lark_core::{
    Idempotency, Operation, RawRequest, Stage, TransportError, TransportErrorKind, operation,
};
use lark_test_support::{FakePlatform, FakeResponse};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Say {
    pub(crate) text: Option<String>,
    pub(crate) uuid: Option<String>,
    pub(crate) loud: Option<bool>,
}
operation! { Say => ();
    "demo.v1.word.say" POST "/open-apis/demo/v1/words" json [Tenant];
    body text!: into String,
    body uuid: into String as key,
    body loud: copy bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Import {
    pub(crate) client_token: Option<String>,
}
operation! { Import => ();
    "demo.v1.word.import" POST "/open-apis/demo/v1/words/import" [Tenant];
    query client_token!: into String as key,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Forget {}
operation! { Forget => (); "demo.v1.word.forget" DELETE "/open-apis/demo/v1/words" [Tenant]; }

const OK: (u16, &str) = (200, r#"{"code":0,"msg":"success"}"#);
const URI: &str = "https://open.feishu.cn/open-apis/demo/v1/words/import";

fn say() -> Say {
    Say::default().text("hi").loud(true)
}

/// The form of a version 4 UUID, in lower case.
fn is_uuid(key: &str) -> bool {
    key.len() == 36
        && key.char_indices().all(|(at, it)| match at {
            8 | 13 | 18 | 23 => it == '-',
            14 => it == '4',
            19 => "89ab".contains(it),
            _ => it.is_ascii_digit() || ('a'..='f').contains(&it),
        })
}

#[tokio::test]
async fn each_call_has_a_new_key_in_its_body_and_the_request_stays_as_it_is() {
    const CALLS: usize = 100;
    let platform = FakePlatform::scripted([OK; 2 * CALLS]);
    let (request, one, other) =
        (say(), platform.client_without_retries(), platform.client_without_retries());
    let mut keys = HashSet::new();
    for client in [&one, &other] {
        for _ in 0..CALLS {
            let answer = client.send_full(&request).await.expect("a success");
            let key = answer.idempotency_key().expect("one was made").to_owned();
            assert!(is_uuid(&key), "{key}");
            let sent = platform.calls().pop().expect("sent");
            assert_eq!(sent.text(), format!(r#"{{"text":"hi","uuid":"{key}","loud":true}}"#));
            keys.insert(key);
        }
    }
    assert_eq!((keys.len(), request), (2 * CALLS, say()));
}

#[tokio::test]
async fn a_key_in_the_query_is_made_even_if_the_spec_requires_it_of_the_caller() {
    let platform = FakePlatform::scripted([OK]);
    let answer =
        platform.client_without_retries().send_full(Import::default()).await.expect("a success");
    let key = answer.idempotency_key().expect("one was made");
    assert!(is_uuid(key), "{key}");
    assert_eq!(platform.calls()[0].url, format!("{URI}?client_token={key}"));
}

#[tokio::test]
async fn the_callers_key_is_kept_and_an_empty_one_is_none() {
    let platform = FakePlatform::scripted([OK; 3]);
    let client = platform.client_without_retries();
    let said = client.send_full(say().uuid("mine")).await.expect("a success");
    let imported = client.send_full(Import::default().client_token("a b")).await;
    let empty = client.send_full(say().uuid("")).await.expect("a success");
    assert_eq!(said.idempotency_key(), Some("mine"));
    assert_eq!(imported.expect("a success").idempotency_key(), Some("a b"));
    assert!(empty.idempotency_key().is_some_and(is_uuid));
    let calls = platform.calls();
    assert_eq!(calls[0].text(), r#"{"text":"hi","uuid":"mine","loud":true}"#);
    assert_eq!(calls[1].url, format!("{URI}?client_token=a+b"));
}

#[tokio::test]
async fn the_making_of_keys_can_be_left_to_the_caller() {
    let platform = FakePlatform::scripted([OK; 3]);
    let client = platform.client_without_retries();
    let bare = client.with_idempotency(Idempotency::Caller);
    let said = bare.send_full(say()).await.expect("a success");
    assert_eq!(said.idempotency_key(), None);
    let said = bare.send_full(say().uuid("mine")).await.expect("a success");
    assert_eq!(said.idempotency_key(), Some("mine"));
    let bodies: Vec<_> = platform.calls().iter().map(|call| call.text().to_owned()).collect();
    assert_eq!(
        bodies,
        [r#"{"text":"hi","loud":true}"#, r#"{"text":"hi","uuid":"mine","loud":true}"#]
    );
    let error = bare.send(Import::default()).await.expect_err("a required input is missing");
    assert_eq!(error.missing_inputs(), ["client_token"]);
    assert_eq!(error.idempotency_key(), None);
    let again = bare.with_idempotency(Idempotency::Auto).send_full(say()).await;
    assert!(again.expect("a success").idempotency_key().is_some());
}

#[tokio::test]
async fn a_failed_call_tells_its_key_whatever_the_failure() {
    let broken = TransportError::new(TransportErrorKind::Connect, "connection reset");
    let rejection = (400, r#"{"code":5,"msg":"no"}"#);
    let platform = FakePlatform::scripted::<[FakeResponse; 4]>([
        broken.into(),
        rejection.into(),
        (502, "<html>").into(),
        OK.into(),
    ]);
    let client = platform.client_without_retries();
    for stage in [Stage::Send, Stage::Api, Stage::Http] {
        let error = client.send(say()).await.expect_err("a failure");
        let key = error.idempotency_key().expect("one was made");
        assert_eq!(error.stage(), stage);
        assert!(platform.calls().pop().expect("sent").text().contains(key), "{key}");
        assert!(!error.to_string().contains(key), "{error}");
    }
    let answer = client.send_raw(say().uuid("mine")).await.expect("a success");
    assert_eq!(answer.idempotency_key(), Some("mine"));
    let error = answer.data_as::<u8>().expect_err("there is no data");
    assert_eq!(error.idempotency_key(), Some("mine"));
}

#[tokio::test]
async fn a_call_repeated_with_a_new_token_keeps_its_key() {
    let rejected = (400, r#"{"code":99991663,"msg":"Invalid access token"}"#);
    let platform = FakePlatform::scripted([rejected, OK]);
    let answer = platform.client_without_retries().send_full(say()).await.expect("a success");
    let key = answer.idempotency_key().expect("one was made");
    let calls = platform.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls[0].text().contains(key) && calls[0].body == calls[1].body);
}

#[tokio::test]
async fn requests_of_operations_without_a_key_have_none() {
    let platform = FakePlatform::scripted([OK; 2]);
    let client = platform.client_without_retries();
    let answer = client.send_full(Forget {}).await.expect("a success");
    assert_eq!(answer.idempotency_key(), None);
    let raw = RawRequest::post("/open-apis/x").json(serde_json::json!({ "uuid": "mine" }));
    let answer = client.send_raw(raw).await.expect("a success");
    assert_eq!(answer.idempotency_key(), None);
    assert_eq!(platform.calls()[1].text(), r#"{"uuid":"mine"}"#);
    assert!(Forget::META.idempotency_key().is_none());
    assert_eq!(Say::META.idempotency_key().map(|input| input.name), Some("uuid"));
}
