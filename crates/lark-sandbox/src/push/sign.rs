//! Encryption and signatures of pushes.

use std::time::{SystemTime, UNIX_EPOCH};

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::json;

use super::subscription::Subscription;

const BLOCK: usize = 16;
pub(super) const TIMESTAMP: &str = "X-Lark-Request-Timestamp";
pub(super) const NONCE: &str = "X-Lark-Request-Nonce";
pub(super) const SIGNATURE: &str = "X-Lark-Signature";

/// A push as it goes out.
#[derive(Clone)]
pub(super) struct PushRequest {
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl PushRequest {
    /// An event or new callback: encrypted and signed if there is an encrypt key.
    pub(super) fn event(subscription: &Subscription, plain: &str, now: SystemTime) -> Self {
        let body = encrypted(subscription, plain.as_bytes());
        match &subscription.encrypt_key {
            Some(key) => Self::signed(&SHA256, key, body, now),
            None => Self { headers: Vec::new(), body },
        }
    }

    /// An old card callback: plain, and signed with the verification token if there is one.
    pub(super) fn card(subscription: &Subscription, plain: &str, now: SystemTime) -> Self {
        let body = plain.as_bytes().to_vec();
        match &subscription.verification_token {
            Some(token) => Self::signed(&SHA1_FOR_LEGACY_USE_ONLY, token, body, now),
            None => Self { headers: Vec::new(), body },
        }
    }

    pub(super) fn signed(
        algorithm: &'static Algorithm,
        key: &str,
        body: Vec<u8>,
        now: SystemTime,
    ) -> Self {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let nonce = hex(&random::<8>());
        let mut context = Context::new(algorithm);
        for part in [seconds.as_bytes(), nonce.as_bytes(), key.as_bytes(), &body] {
            context.update(part);
        }
        let signature = hex(context.finish().as_ref());
        let headers = vec![(TIMESTAMP, seconds), (NONCE, nonce), (SIGNATURE, signature)];
        Self { headers, body }
    }
}

/// The body of a push: `plain`, or its encryption if there is a key.
pub(super) fn encrypted(subscription: &Subscription, plain: &[u8]) -> Vec<u8> {
    match &subscription.encrypt_key {
        Some(key) => envelope(key, &padded(plain)),
        None => plain.to_vec(),
    }
}

/// `{"encrypt":"…"}` around whole blocks.
pub(super) fn envelope(key: &str, blocks: &[u8]) -> Vec<u8> {
    json!({ "encrypt": encrypt(key, blocks) }).to_string().into_bytes()
}

/// Fills up to whole blocks, as PKCS#7 has it.
pub(super) fn padded(plain: &[u8]) -> Vec<u8> {
    let count = BLOCK - plain.len() % BLOCK;
    let mut blocks = plain.to_vec();
    blocks.resize(plain.len() + count, count as u8);
    blocks
}

/// AES-256-CBC under the hash of the key; base64 of a random IV and the blocks.
fn encrypt(key: &str, blocks: &[u8]) -> String {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
    let iv = random::<BLOCK>();
    let mut encrypted = iv.to_vec();
    encrypted.extend_from_slice(blocks);
    let cipher = cbc::Encryptor::<Aes256>::new(&hash.into(), &iv.into());
    cipher
        .encrypt_padded::<NoPadding>(&mut encrypted[BLOCK..], blocks.len())
        .expect("the blocks are whole");
    STANDARD.encode(encrypted)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
