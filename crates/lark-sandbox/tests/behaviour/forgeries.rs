//! Forged pushes are wrong in the one way that they are named after.

use std::time::Duration;

use lark_sandbox::{Forgery, Sandbox};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use serde_json::{Value, json};

use crate::client::Stopped;
use crate::receiver::{KEY, Pushed, Receiver, TOKEN};

const TYPE: &str = "im.message.receive_v1";

async fn start() -> (Sandbox, Receiver) {
    let sandbox = Sandbox::builder().strict().clock(Stopped).start().await.expect("a free port");
    let receiver = Receiver::start().await;
    let pushes = sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.subscribe(&receiver.url()).await.expect("an echo");
    (sandbox, receiver)
}

async fn forged(sandbox: &Sandbox, receiver: &Receiver, forgery: Forgery) -> Pushed {
    receiver.answer(|_| Some((403, json!({}))));
    let receipt = sandbox.pushes().forge(forgery, TYPE, json!({ "a": 1 })).await;
    assert_eq!(receipt.expect("a forgery").status, Some(403), "the answer is handed on");
    receiver.last()
}

#[tokio::test]
async fn signatures_are_wrong() {
    let (sandbox, receiver) = start().await;
    let push = forged(&sandbox, &receiver, Forgery::WrongSecret).await;
    assert!(!push.is_signed(&SHA256, KEY) && push.body == Value::Null);
    let push = forged(&sandbox, &receiver, Forgery::Unsigned).await;
    assert!(push.header("x-lark-signature").is_empty() && push.body["event"]["a"] == 1);
    let push = forged(&sandbox, &receiver, Forgery::TamperedBody).await;
    assert!(!push.is_signed(&SHA256, KEY));
    let push = forged(&sandbox, &receiver, Forgery::UppercaseSignature).await;
    assert!(!push.is_signed(&SHA256, KEY) && push.header("x-lark-signature").len() == 64);
    let push = forged(&sandbox, &receiver, Forgery::Sha1Signature).await;
    assert!(push.is_signed(&SHA1_FOR_LEGACY_USE_ONLY, TOKEN));
    assert!(sandbox.deliveries().is_empty(), "forgeries are no deliveries");
}

#[tokio::test]
async fn good_signatures_cover_bad_content() {
    let (sandbox, receiver) = start().await;
    let check = async |forgery| {
        let push = forged(&sandbox, &receiver, forgery).await;
        assert!(push.is_signed(&SHA256, KEY), "{forgery:?}");
        push
    };
    for forgery in [Forgery::Truncated, Forgery::BadPadding, Forgery::NotUtf8] {
        assert_eq!(check(forgery).await.body, Value::Null, "{forgery:?}");
    }
    assert_eq!(check(Forgery::DeepJson(10_000)).await.body, Value::Null, "serde_json stops");
    let event = check(Forgery::DeepJson(2)).await.body["event"].clone();
    assert_eq!(event, json!({ "a": 1, "x": [[]] }));
    assert!(check(Forgery::Oversize(3_000_000)).await.raw.len() > 3_000_000);
    assert_ne!(check(Forgery::WrongToken).await.body["header"]["token"], TOKEN);
    let push = check(Forgery::Plaintext).await;
    let plain: Value = serde_json::from_slice(&push.raw).expect("plain JSON");
    assert_eq!(plain["event"]["a"], 1);
    let push = check(Forgery::StaleTimestamp(Duration::from_secs(600))).await;
    assert_eq!(push.header("x-lark-request-timestamp"), "1699999400");
}

#[tokio::test]
async fn a_replay_is_the_same_to_the_byte() {
    let (sandbox, receiver) = start().await;
    forged(&sandbox, &receiver, Forgery::Replay).await;
    let pushed = receiver.pushed();
    assert_eq!(pushed.len(), 2);
    assert_eq!(pushed[0].raw, pushed[1].raw);
    assert_eq!(pushed[0].header("x-lark-request-nonce"), pushed[1].header("x-lark-request-nonce"));
}

#[tokio::test]
async fn what_needs_a_key_says_so() {
    let (sandbox, _receiver) = start().await;
    let pushes = sandbox.pushes().encrypt_key("");
    let error = pushes.forge(Forgery::BadPadding, TYPE, json!({})).await.expect_err("no key");
    assert!(error.to_string().contains("BadPadding needs an encrypt key"), "{error}");
}
