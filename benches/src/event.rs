//! Receiving `im.message.receive_v1` by hand: the crypto crates of the SDK and serde derives with the
//! same fields.

// Only decoded, never looked at; one line a field is the documentation of the platform.
#![allow(missing_docs)]

use std::borrow::Cow;
use std::error::Error;

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, InnerIvInit, KeyInit};
use http::HeaderMap;
use ring::digest::{Context, SHA256, digest};
use serde::Deserialize;

use crate::text_int::TextInt;

#[derive(Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    encrypt: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub struct Push {
    pub schema: String,
    pub header: Header,
    pub event: MessageReceive,
}

#[derive(Debug, Deserialize)]
pub struct Header {
    pub event_id: String,
    pub event_type: String,
    pub create_time: String,
    pub token: String,
    pub app_id: String,
    pub tenant_key: String,
}

#[derive(Debug, Deserialize)]
pub struct MessageReceive {
    pub message: EventMessage,
    pub sender: EventSender,
}

#[derive(Debug, Deserialize)]
pub struct EventMessage {
    pub chat_id: String,
    pub chat_type: String,
    pub content: String,
    pub create_time: TextInt,
    #[serde(default)]
    pub mentions: Vec<Mention>,
    pub message_id: String,
    pub message_type: String,
    pub parent_id: Option<String>,
    pub root_id: Option<String>,
    pub thread_id: Option<String>,
    pub update_time: Option<TextInt>,
    pub user_agent: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct EventSender {
    pub sender_id: Option<UserId>,
    pub sender_type: String,
    pub tenant_key: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Mention {
    pub id: UserId,
    pub key: String,
    pub mentioned_type: Option<String>,
    pub name: String,
    pub tenant_key: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct UserId {
    pub open_id: Option<String>,
    pub union_id: Option<String>,
    pub user_id: Option<String>,
}

/// A receiver that does what it must and nothing else.
pub struct Receiver {
    key: String,
    token: String,
    cipher: Aes256,
}

impl Receiver {
    /// One with these keys.
    ///
    /// # Errors
    /// SHA-256 has another length than AES wants: never.
    pub fn new(key: &str, token: &str) -> Result<Self, Box<dyn Error>> {
        let hash: [u8; 32] = digest(&SHA256, key.as_bytes()).as_ref().try_into()?;
        let cipher = Aes256::new(&hash.into());
        Ok(Self { key: key.to_owned(), token: token.to_owned(), cipher })
    }

    /// Verifies, decrypts and decodes.
    ///
    /// # Errors
    /// The push is not from the platform.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<Push, Box<dyn Error>> {
        let header = |name| headers.get(name).ok_or("no such header");
        let mut context = Context::new(&SHA256);
        context.update(header("x-lark-request-timestamp")?.as_bytes());
        context.update(header("x-lark-request-nonce")?.as_bytes());
        context.update(self.key.as_bytes());
        context.update(body);
        if hex(context.finish().as_ref()) != header("x-lark-signature")?.as_bytes() {
            return Err("a bad signature".into());
        }
        let sealed: Sealed<'_> = serde_json::from_slice(body)?;
        let mut bytes = STANDARD.decode(&*sealed.encrypt)?;
        let (iv, blocks) = bytes.split_at_mut(16);
        let iv: [u8; 16] = (&*iv).try_into()?;
        let decryptor = cbc::Decryptor::inner_iv_init(self.cipher.clone(), &iv.into());
        let plain = decryptor.decrypt_padded::<Pkcs7>(blocks).map_err(|_| "bad padding")?;
        let push: Push = serde_json::from_slice(plain)?;
        if push.header.token != self.token || push.header.event_type != "im.message.receive_v1" {
            return Err("a bad token or another event".into());
        }
        Ok(push)
    }
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(pair).collect()
}
