//! Pushes that must not get in: each with its status, its count and a log without its content.

use std::time::{Duration, UNIX_EPOCH};

use lark_core::http::{HeaderMap, HeaderValue, StatusCode};
use lark_core::{
    Event, EventKeys, EventOutcome, EventRouter, EventRouterBuilder, Rejection, Value,
};
use lark_im::v1::event::MessageReceive;
use lark_push::{KEY, Push, SENT_AT, TOKEN, encrypt, message, seal, sign, signed_with};
use serde_json::json;

use crate::support::{Log, build, builder};

/// Never in a log: the canary looks for it.
const CONTENT: &str = "planted in a message";

fn plain() -> String {
    message("e1", "om_1", "oc_1", CONTENT)
}

/// A push is rejected, counted, and no handler sees it.
async fn rejected_by(builder: EventRouterBuilder, (headers, body): Push, rejection: Rejection) {
    lark_canary::up();
    let seen = Log::new();
    let log = seen.clone();
    let router = build(builder.fallback(move |event: Event<Value>| {
        log.push(event);
        async { Ok(()) }
    }));
    let outcome = EventOutcome::Rejected(rejection);
    let reply = router.handle(&headers, body).await;
    assert_eq!(reply.outcome, outcome);
    assert_eq!(router.count(outcome), 1);
    assert!(reply.status.is_client_error() || reply.status.is_server_error(), "{}", reply.status);
    assert_eq!(reply.body, format!(r#"{{"msg":"{}"}}"#, rejection.as_str()));
    assert_eq!(seen.len(), 0);
}

async fn rejected(push: Push, rejection: Rejection) {
    rejected_by(builder(), push, rejection).await;
}

#[tokio::test]
async fn a_body_that_is_no_event() {
    rejected(sign(Vec::new()), Rejection::BadJson).await;
    rejected(sign(plain().into_bytes()[..200].to_vec()), Rejection::BadJson).await;
    rejected(sign(b"\xff\xfe{}".to_vec()), Rejection::BadJson).await;
    rejected(sign(b"[]".to_vec()), Rejection::NotAnEvent).await;
    rejected(sign(b"{}".to_vec()), Rejection::NotAnEvent).await;
    rejected(sign(br#"{"schema":"2.0","header":{},"event":[]}"#.to_vec()), Rejection::NotAnEvent)
        .await;
    rejected(sign(br#"{"encrypt":{"a":1}}"#.to_vec()), Rejection::NotAnEvent).await;
}

#[tokio::test]
async fn a_ciphertext_that_is_none() {
    rejected(sign(br#"{"encrypt":"%%%%"}"#.to_vec()), Rejection::BadBase64).await;
    rejected(sign(br#"{"encrypt":"AAAA"}"#.to_vec()), Rejection::BadLength).await;
    rejected(sign(br#"{"encrypt":""}"#.to_vec()), Rejection::BadLength).await;
    rejected(sign(encrypt("another key", plain().as_bytes())), Rejection::BadPadding).await;
    rejected(seal(b"\xff\xfe"), Rejection::BadJson).await;
    rejected(seal(&plain()[..200]), Rejection::BadJson).await;
    // One ciphertext within another.
    rejected(seal(encrypt(KEY, plain().as_bytes())), Rejection::NotAnEvent).await;
}

#[tokio::test]
async fn who_cannot_sign_learns_nothing_of_how_decryption_ended() {
    for body in [
        br#"{"encrypt":"%%%%"}"#.to_vec(),
        br#"{"encrypt":"AAAA"}"#.to_vec(),
        encrypt("another key", plain().as_bytes()),
        encrypt(KEY, &plain().as_bytes()[..200]),
        encrypt(KEY, plain().as_bytes()),
        encrypt(KEY, b"{}"),
        plain().into_bytes(),
        b"{".to_vec(),
    ] {
        rejected((HeaderMap::new(), body), Rejection::BadSignature).await;
    }
}

#[tokio::test]
async fn a_signature_that_is_not_the_platform_s() {
    let body = encrypt(KEY, plain().as_bytes());
    let good = signed_with(KEY, &body, "nonce-1");
    let with = |name: &'static str, value: &str| {
        let mut headers = good.clone();
        headers.insert(name, HeaderValue::from_str(value).expect("visible characters"));
        (headers, body.clone())
    };
    let signature = good["x-lark-signature"].to_str().expect("hex").to_owned();
    rejected((signed_with("another key", &body, "nonce-1"), body.clone()), Rejection::BadSignature)
        .await;
    rejected(with("x-lark-signature", &signature.to_uppercase()), Rejection::BadSignature).await;
    rejected(with("x-lark-signature", &signature[..63]), Rejection::BadSignature).await;
    rejected(with("x-lark-signature", ""), Rejection::BadSignature).await;
    rejected(with("x-lark-request-nonce", "nonce-2"), Rejection::BadSignature).await;
    rejected(with("x-lark-request-timestamp", "1720000001"), Rejection::BadSignature).await;
    for name in ["x-lark-signature", "x-lark-request-nonce", "x-lark-request-timestamp"] {
        let mut headers = good.clone();
        headers.remove(name);
        rejected((headers, body.clone()), Rejection::BadSignature).await;
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_looked_at() {
    let body = vec![b'{'; 1024 * 1024 + 1];
    rejected((HeaderMap::new(), body), Rejection::TooLarge).await;
    let (headers, body) = seal(plain());
    let small = builder().max_body_size(body.len() - 1);
    rejected_by(small, (headers.clone(), body.clone()), Rejection::TooLarge).await;
    let router = build(builder().max_body_size(body.len()));
    assert_eq!(router.handle(&headers, body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn json_that_is_nested_too_deep_costs_only_what_lies_there() {
    let deep = |levels: usize| {
        let payload = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!(
            r#"{{"schema":"2.0","header":{{"event_type":"a","token":"{TOKEN}"}},"event":{{"x":{payload},"y":1}}}}"#
        )
    };
    let router = build(builder().on_raw("a", |event: Event<Value>| async move {
        assert_eq!(event.payload["y"], 1);
        Ok(())
    }));
    for levels in [110, 200, 100_000] {
        let (headers, body) = seal(deep(levels));
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
        let reply = router.handle_trusted(deep(levels)).await;
        assert_eq!(reply.outcome, EventOutcome::Handled, "{levels}");
    }
    // Where nobody looks, depth costs nothing but its length.
    let router = build(builder().on(|_: Event<MessageReceive>| async { Ok(()) }));
    let (headers, body) = seal(deep(100_000));
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Ignored);
}

#[tokio::test]
async fn a_timestamp_outside_of_the_window_if_there_is_one() {
    let at = |seconds: u64| {
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        builder().max_age(Duration::from_secs(300)).clock(move || now)
    };
    rejected_by(at(SENT_AT + 301), seal(plain()), Rejection::Stale).await;
    rejected_by(at(SENT_AT - 301), seal(plain()), Rejection::Stale).await;
    for builder in [at(SENT_AT + 300), at(SENT_AT - 300), builder()] {
        let (headers, body) = seal(plain());
        let router = build(builder.on(|_: Event<MessageReceive>| async { Ok(()) }));
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    }
}

#[tokio::test]
async fn a_token_that_is_another_app_s() {
    let token_only =
        || EventRouter::builder(EventKeys::new().verification_token("the token of this app"));
    rejected_by(token_only(), (HeaderMap::new(), plain().into_bytes()), Rejection::BadToken).await;
    let mut without: Value = serde_json::from_str(&plain()).expect("JSON");
    without["header"]["token"].take();
    let without = without.to_string().into_bytes();
    rejected_by(token_only(), (HeaderMap::new(), without), Rejection::BadToken).await;
    // A signature by the right key does not help against the wrong token.
    let keys = EventKeys::new().encrypt_key(KEY).verification_token("the token of this app");
    rejected_by(EventRouter::builder(keys), seal(plain()), Rejection::BadToken).await;
}

#[tokio::test]
async fn an_encrypted_push_and_no_key() {
    let keys = EventKeys::new().verification_token(TOKEN);
    rejected_by(EventRouter::builder(keys), seal(plain()), Rejection::NeedEncryptKey).await;
}

#[tokio::test]
async fn a_check_of_the_url_that_proves_nothing_is_not_answered() {
    let check = |token: &str| {
        json!({"challenge": "c-1", "token": token, "type": "url_verification"}).to_string()
    };
    let unsigned = |body: Vec<u8>| (HeaderMap::new(), body);
    rejected(unsigned(check("v-of-nobody").into_bytes()), Rejection::BadToken).await;
    let encrypted = encrypt(KEY, check("v-of-nobody").as_bytes());
    rejected(unsigned(encrypted), Rejection::BadToken).await;
    // In plain text, with an encrypt key and no token to compare with.
    let key_only = EventRouter::builder(EventKeys::new().encrypt_key(KEY));
    rejected_by(key_only, unsigned(check(TOKEN).into_bytes()), Rejection::BadToken).await;
    // A quotation mark comes back as one.
    let router = build(builder());
    let body = json!({"challenge": "a\"b\\", "token": TOKEN, "type": "url_verification"});
    let reply = router.handle(&HeaderMap::new(), body.to_string()).await;
    let answer: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!((reply.status, &answer["challenge"]), (StatusCode::OK, &body["challenge"]));
}

#[tokio::test]
async fn a_replay_is_not_handled_again() {
    let router = build(builder().on(|_: Event<MessageReceive>| async { Ok(()) }));
    let (headers, body) = seal(plain());
    assert_eq!(router.handle(&headers, body.clone()).await.outcome, EventOutcome::Handled);
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Duplicate);
}
