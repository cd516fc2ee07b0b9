//! Pushes as the platform makes them, and as a forger would.
//!
//! This crate and `fuzz/src/push.rs` encrypt and sign without code of the SDK or of the sandbox, so that
//! the tests prove the signing of `lark-core` independently. Do not merge them.
#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]

pub mod random;

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use http::{HeaderMap, HeaderValue};
use ring::digest::{Context, SHA256, digest};
use serde_json::{Value, json};

/// The encrypt key of the tests.
pub const KEY: &str = "test-encrypt-key-0123456789abcdef";
/// The verification token of the tests.
pub const TOKEN: &str = "v-token-AbCdEf123456";
/// The time of each push, in seconds since 1970.
pub const SENT_AT: u64 = 1_720_000_000;

/// The headers and the body of a push.
pub type Push = (HeaderMap, Vec<u8>);

/// An event of schema 2.0, its members in the order of the platform.
#[must_use]
pub fn event(event_type: &str, event_id: &str, event: &Value) -> String {
    let header = json!({
        "event_id": event_id,
        "event_type": event_type,
        "create_time": "1608725989000",
        "token": TOKEN,
        "app_id": "cli_a1",
        "tenant_key": "tenant-1",
    });
    format!(r#"{{"schema":"2.0","header":{header},"event":{event}}}"#)
}

/// A message event of a text in a chat.
#[must_use]
pub fn message(event_id: &str, message_id: &str, chat_id: &str, text: &str) -> String {
    event("im.message.receive_v1", event_id, &message_payload(message_id, chat_id, text))
}

/// The payload of [`message`].
#[must_use]
pub fn message_payload(message_id: &str, chat_id: &str, text: &str) -> Value {
    json!({
        "sender": {
            "sender_id": {"union_id": "on_1", "user_id": "u1", "open_id": "ou_1"},
            "sender_type": "user",
            "tenant_key": "tenant-1",
        },
        "message": {
            "message_id": message_id,
            "create_time": "1608725989000",
            "chat_id": chat_id,
            "chat_type": "group",
            "message_type": "text",
            "content": json!({"text": text}).to_string(),
        },
    })
}

/// Encrypts and signs a plain text under [`KEY`].
#[must_use]
pub fn seal(plain: impl AsRef<[u8]>) -> Push {
    sign(encrypt(KEY, plain.as_ref()))
}

/// The body of an encrypted push.
#[must_use]
pub fn encrypt(key: &str, plain: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = digest(&SHA256, key.as_bytes()).as_ref().try_into().expect("32 bytes");
    let iv = [7; 16];
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    let mut sealed = iv.to_vec();
    sealed.extend(cipher.encrypt_padded_vec::<Pkcs7>(plain));
    json!({"encrypt": STANDARD.encode(sealed)}).to_string().into_bytes()
}

/// Signs a body with [`KEY`].
#[must_use]
pub fn sign(body: Vec<u8>) -> Push {
    let headers = signed_with(KEY, &body, "nonce-1");
    (headers, body)
}

/// The headers of a body signed with `key`.
#[must_use]
pub fn signed_with(key: &str, body: &[u8], nonce: &str) -> HeaderMap {
    let timestamp = SENT_AT.to_string();
    let mut context = Context::new(&SHA256);
    for part in [timestamp.as_bytes(), nonce.as_bytes(), key.as_bytes(), body] {
        context.update(part);
    }
    let hex: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let header = |text: &str| HeaderValue::from_str(text).expect("visible characters");
    HeaderMap::from_iter([
        ("x-lark-request-timestamp".parse().expect("a name"), header(&timestamp)),
        ("x-lark-request-nonce".parse().expect("a name"), header(nonce)),
        ("x-lark-signature".parse().expect("a name"), header(&hex)),
    ])
}
