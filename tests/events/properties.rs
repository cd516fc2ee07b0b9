//! What holds for any push: no panic, an answer in JSON, and no handler without a proof. The fuzz
//! target in `fuzz/` looks further; this is what CI has the time for, the same each time.

use lark_core::http::{HeaderMap, HeaderValue};
use lark_core::{Event, EventKeys, EventOutcome, EventRouter, Rejection, Value};
use lark_im::callback::{CardAction, CardReply};
use lark_im::v1::event::MessageReceive;
use lark_push::random::Random;
use lark_push::{KEY, TOKEN, encrypt, message, seal, sign};
use serde_json::json;

use crate::support::{Log, build};

const ROUNDS: usize = 4000;

/// A router with handlers of each kind, and what they saw.
fn router(keys: EventKeys) -> (EventRouter, Log<String>) {
    let seen = Log::new();
    let [typed, card, rest] = [seen.clone(), seen.clone(), seen.clone()];
    let builder = EventRouter::builder(keys)
        .on(move |event: Event<MessageReceive>| {
            typed.push(event.header.event_id);
            async { Ok(()) }
        })
        .on_callback(move |event: Event<CardAction>| {
            card.push(event.header.event_id);
            async { Ok(CardReply::none()) }
        })
        .fallback(move |event: Event<Value>| {
            rest.push(event.header.event_id);
            async { Ok(()) }
        });
    (build(builder), seen)
}

fn encrypting() -> EventKeys {
    EventKeys::new().encrypt_key(KEY).verification_token(TOKEN)
}

/// Plain texts of every shape.
fn plain_texts() -> Vec<String> {
    let press = json!({"operator": {"open_id": "ou_1"}, "token": "c-1",
        "action": {"tag": "button", "value": {"a": 1}}, "context": {"open_chat_id": "oc_1"}});
    vec![
        message("e1", "om_1", "oc_1", "hello 你好"),
        lark_push::event("card.action.trigger", "e2", &press),
        lark_push::event("im.chat.disbanded_v1", "e3", &json!({"chat_id": "oc_1"})),
        json!({"uuid": "e4", "token": TOKEN, "ts": "1.5", "type": "event_callback",
               "event": {"type": "app_ticket", "app_id": "cli_a1", "app_ticket": "x"}})
        .to_string(),
        json!({"challenge": "c-1", "token": TOKEN, "type": "url_verification"}).to_string(),
        json!({"open_id": "ou_1", "token": "c-1", "action": {"tag": "button"}}).to_string(),
    ]
}

/// Changes a text in one to four places.
fn mutated(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(text.len().max(1));
        match random.below(6) {
            0 => text.truncate(at),
            1 if !text.is_empty() => text[at] ^= 1 << random.below(8),
            2 => text.insert(at.min(text.len()), b"\"{}[]:,\\0\xff"[random.below(10)]),
            3 if !text.is_empty() => _ = text.remove(at),
            4 => {
                let piece = text[at..(at + random.below(40)).min(text.len())].to_vec();
                text.splice(at..at, piece);
            }
            _ if !text.is_empty() => text[at] = b"0n\"{}[]x"[random.below(8)],
            _ => {}
        }
    }
    text
}

fn check_answer(reply: &lark_core::EventReply, case: &[u8]) {
    let answer: Result<Value, _> = serde_json::from_slice(&reply.body);
    assert!(answer.is_ok_and(|answer| answer.is_object()), "{:?}", String::from_utf8_lossy(case));
}

#[tokio::test]
async fn nothing_unsigned_reaches_a_handler() {
    let (router, seen) = router(encrypting());
    let mut random = Random::new(1);
    let pushes: Vec<_> = plain_texts().iter().map(seal).collect();
    for _ in 0..ROUNDS {
        let (headers, body) = &pushes[random.below(pushes.len())];
        let changed = mutated(&mut random, body);
        if changed == *body {
            continue;
        }
        let reply = router.handle(headers, changed.clone()).await;
        check_answer(&reply, &changed);
        assert_eq!(seen.len(), 0, "{:?}", String::from_utf8_lossy(&changed));
        let rejected = EventOutcome::Rejected(Rejection::BadSignature);
        // A blank after the ciphertext of a check does not change the check.
        assert!(
            [rejected, EventOutcome::Challenge].contains(&reply.outcome),
            "{:?} {:?}",
            reply.outcome,
            String::from_utf8_lossy(&changed)
        );
    }
}

#[tokio::test]
async fn no_header_that_is_not_the_platform_s_gets_in() {
    let (router, seen) = router(encrypting());
    let mut random = Random::new(2);
    let (headers, body) = seal(&plain_texts()[0]);
    for _ in 0..ROUNDS {
        let names = ["x-lark-signature", "x-lark-request-nonce", "x-lark-request-timestamp"];
        let name = names[random.below(3)];
        let changed = mutated(&mut random, headers[name].as_bytes());
        let Ok(value) = HeaderValue::from_bytes(&changed) else { continue };
        let mut forged: HeaderMap = headers.clone();
        forged.insert(name, value.clone());
        if forged == headers {
            continue;
        }
        let reply = router.handle(&forged, body.clone()).await;
        assert_eq!(
            reply.outcome,
            EventOutcome::Rejected(Rejection::BadSignature),
            "{name} {value:?}"
        );
    }
    assert_eq!(seen.len(), 0);
}

#[tokio::test]
async fn whatever_is_signed_is_answered() {
    let (router, seen) = router(encrypting());
    let mut random = Random::new(3);
    let texts = plain_texts();
    for round in 0..ROUNDS {
        let text = texts[random.below(texts.len())].as_bytes();
        let plain = mutated(&mut random, text);
        let (headers, body) = match round % 2 {
            0 => seal(&plain),
            _ => sign(encrypt(KEY, &plain)[..].to_vec()),
        };
        let reply = router.handle(&headers, body).await;
        check_answer(&reply, &plain);
    }
    // The changes are small enough for many to be events still.
    assert!(seen.len() > 50, "{}", seen.len());
}

#[tokio::test]
async fn a_token_is_all_or_nothing() {
    let (router, seen) = router(EventKeys::new().verification_token(TOKEN));
    let mut random = Random::new(4);
    let texts = plain_texts();
    for _ in 0..ROUNDS {
        let text = texts[random.below(texts.len())].as_bytes();
        let plain = mutated(&mut random, text);
        let before = seen.len();
        let reply = router.handle(&HeaderMap::new(), plain.clone()).await;
        check_answer(&reply, &plain);
        let has_token = String::from_utf8_lossy(&plain).contains(TOKEN);
        assert!(has_token || seen.len() == before, "{:?}", String::from_utf8_lossy(&plain));
    }
}
