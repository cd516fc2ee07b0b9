//! The golden vectors: what official SDKs make of pushes, with the verdict that is ours.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use lark_core::__private::{Context, Decode, Fit, Input, WireError};
use lark_core::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use lark_core::{
    CallbackPayload, CallbackReply, Event, EventHeader, EventKeys, EventOutcome, EventRouter,
    Rejection, Value,
};

const VECTORS: &str = include_str!("../vectors/events.json");
const REPLY: &str = r#"{"toast":{"type":"success","content":"ok"}}"#;

/// Declares callbacks whose payload is JSON as it came.
macro_rules! raw_callbacks {
    ($($name:ident $event_type:literal;)*) => {$(
        #[derive(Default)]
        struct $name(Value);

        impl Decode for $name {
            fn accept(
                &mut self,
                input: Input<'_>,
                cx: &mut Context<'_>,
            ) -> Result<Fit, WireError> {
                self.0.accept(input, cx)
            }
        }

        impl CallbackPayload for $name {
            const EVENT_TYPE: &'static str = $event_type;
            type Reply = Toast;
        }
    )*};
}

struct Toast;

impl CallbackReply for Toast {
    fn to_body(&self) -> String {
        REPLY.to_owned()
    }
}

raw_callbacks! {
    Press "card.action.trigger";
    Preview "url.preview.get";
    OldPress "card.action.trigger_v1";
}

type Seen = Arc<Mutex<Vec<(EventHeader, Value)>>>;

fn note(seen: &Seen, header: EventHeader, payload: Value) {
    seen.lock().expect("no panic").push((header, payload));
}

fn router(vector: &Value, seen: &Seen) -> EventRouter {
    let text = |name: &str| vector[name].as_str().expect("a text").to_owned();
    let keys = EventKeys::new()
        .encrypt_key(text("encrypt_key"))
        .verification_token(text("verification_token"));
    let mut builder = EventRouter::builder(keys);
    for event_type in ["im.message.receive_v1", "app_ticket", "message"] {
        let seen = seen.clone();
        builder = builder.on_raw(event_type, move |event: Event<Value>| {
            note(&seen, event.header, event.payload);
            async { Ok(()) }
        });
    }
    let [press, preview, old] = [seen.clone(), seen.clone(), seen.clone()];
    builder
        .on_callback(move |event: Event<Press>| {
            note(&press, event.header, event.payload.0);
            async { Ok(Toast) }
        })
        .on_callback(move |event: Event<Preview>| {
            note(&preview, event.header, event.payload.0);
            async { Ok(Toast) }
        })
        .on_callback(move |event: Event<OldPress>| {
            note(&old, event.header, event.payload.0);
            async { Ok(Toast) }
        })
        .build()
        .expect("the keys are there")
}

fn headers(vector: &Value) -> HeaderMap {
    let pairs = vector["headers"].as_object().expect("headers").iter().map(|(name, value)| {
        let name: HeaderName = name.parse().expect("a header name");
        (name, HeaderValue::from_str(value.as_str().expect("a text")).expect("a header value"))
    });
    pairs.collect()
}

fn outcome(expected: &str) -> EventOutcome {
    match expected {
        "ok" => EventOutcome::Handled,
        "challenge" => EventOutcome::Challenge,
        "no_handler" => EventOutcome::Ignored,
        "bad_signature" => EventOutcome::Rejected(Rejection::BadSignature),
        "bad_token" => EventOutcome::Rejected(Rejection::BadToken),
        "bad_padding" => EventOutcome::Rejected(Rejection::BadPadding),
        "bad_json" => EventOutcome::Rejected(Rejection::BadJson),
        "bad_base64" => EventOutcome::Rejected(Rejection::BadBase64),
        "bad_length" => EventOutcome::Rejected(Rejection::BadLength),
        "need_encrypt_key" => EventOutcome::Rejected(Rejection::NeedEncryptKey),
        other => panic!("an expectation that this test does not know: {other}"),
    }
}

#[tokio::test]
async fn each_golden_vector_ends_as_it_should() {
    let file: Value = serde_json::from_str(VECTORS).expect("JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    assert_eq!(vectors.len(), 38);
    let mut verdicts: HashMap<&str, usize> = HashMap::new();
    for vector in vectors {
        let expected = vector["expected"].as_str().expect("a verdict");
        *verdicts.entry(expected).or_default() += 1;
        check(vector, outcome(expected)).await;
    }
    // None of the verdicts is missing, or the file has changed its words.
    assert_eq!(verdicts.len(), 10, "{verdicts:?}");
}

async fn check(vector: &Value, expected: EventOutcome) {
    let name = &vector["name"];
    let seen = Seen::default();
    let router = router(vector, &seen);
    let body = vector["body"].as_str().expect("a body").to_owned();
    let reply = router.handle(&headers(vector), body).await;
    assert_eq!(reply.outcome, expected, "{name}");
    assert_eq!(router.count(expected), 1, "{name}");
    let answer = std::str::from_utf8(&reply.body).expect("UTF-8");
    let seen = seen.lock().expect("no panic");
    match expected {
        EventOutcome::Handled => {
            let [(header, payload)] = &seen[..] else { panic!("{name}: not handled once") };
            let plain = vector["plaintext"].as_str().expect("a plain text");
            assert_eq!(header.raw, plain, "{name}");
            assert_eq!(header.event_type, vector["event_type"].as_str().expect("a type"), "{name}");
            let whole: Value = serde_json::from_str(plain).expect("JSON");
            let part = whole.get("event").unwrap_or(&whole);
            assert_eq!(payload, part, "{name}");
            let is_callback =
                header.event_type.contains("card") || header.event_type.contains("url");
            let success = if is_callback { REPLY } else { r#"{"msg":"success"}"# };
            assert_eq!((reply.status, answer), (StatusCode::OK, success), "{name}");
        }
        EventOutcome::Challenge => {
            let plain: Value =
                serde_json::from_str(vector["plaintext"].as_str().expect("a plain text"))
                    .expect("JSON");
            let answer: Value = serde_json::from_str(answer).expect("JSON");
            assert_eq!(answer["challenge"], plain["challenge"], "{name}");
            assert_eq!(reply.status, StatusCode::OK, "{name}");
        }
        EventOutcome::Ignored => assert_eq!(reply.status, StatusCode::OK, "{name}"),
        _ => assert!(!reply.status.is_success(), "{name}: {}", reply.status),
    }
    if expected != EventOutcome::Handled {
        assert!(seen.is_empty(), "{name}: a handler was called");
    }
}
