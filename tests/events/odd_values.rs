//! Values that no JSON parser takes.

use lark_core::{Drift, DriftKind, Event, EventOutcome, Value};
use lark_im::v1::event::MessageReceive;
use lark_push::{message, sign};

use crate::support::{Log, build, builder};

#[tokio::test]
async fn one_odd_value_spoils_no_event() {
    for (text, expected) in [
        (&br#"hello \\ud83d"#[..], r"hello \ud83d"),
        (br"hello \ud83d", "hello \u{fffd}"),
        (b"hello \xff", "hello \u{fffd}"),
        (b"hello\n", "hello\n"),
    ] {
        let push = |event: &str| {
            let push = message(event, "om_1", "oc_1", "here").into_bytes();
            // The content is JSON in JSON; what is odd stands beside it.
            let at = push.windows(6).position(|it| it == b"\"oc_1\"").expect("the chat") + 1;
            [&push[..at], text, &push[at + 4..]].concat()
        };
        let (drifts, chats) = (Log::new(), Log::new());
        let (noted, seen) = (drifts.clone(), chats.clone());
        let hook = move |drift: &Drift| noted.push((drift.path.clone(), drift.kind));
        let router = build(builder().on_drift(hook).on(move |event: Event<MessageReceive>| {
            seen.push(event.payload.message.chat_id);
            async { Ok(()) }
        }));
        assert_eq!(router.handle_trusted(push("e1")).await.outcome, EventOutcome::Handled);
        let is_lossy = expected.contains('\u{fffd}');
        let expected_drifts = match is_lossy {
            true => vec![("message.chat_id".to_owned(), DriftKind::Repaired)],
            false => vec![],
        };
        assert_eq!((chats.all(), drifts.all()), (vec![expected.to_owned()], expected_drifts));
        // Raw handlers, signed.
        let seen = chats.clone();
        let router =
            build(builder().on_raw("im.message.receive_v1", move |event: Event<Value>| {
                let raw: Value = serde_json::from_slice(&event.header.raw).expect("it is JSON");
                assert_eq!(raw["event"], event.payload);
                seen.push(
                    event.payload["message"]["chat_id"].as_str().unwrap_or_default().to_owned(),
                );
                async { Ok(()) }
            }));
        let (headers, body) = sign(push("e2"));
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
        assert_eq!(chats.all()[1], expected);
    }
}
