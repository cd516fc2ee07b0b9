//! Decryption and signatures of pushes.

use aes::Aes256;
use base64_simd::STANDARD;
use bytes::{Buf, Bytes};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, InnerIvInit, KeyInit};
use constant_time_eq::constant_time_eq;
use http::{HeaderMap, HeaderName};
use ring::digest::{Algorithm, Context, MAX_OUTPUT_LEN, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use super::keys::EventKeys;
use super::outcome::Rejection;
use crate::util::Secret;

const BLOCK: usize = 16;
static TIMESTAMP: HeaderName = HeaderName::from_static("x-lark-request-timestamp");
static NONCE: HeaderName = HeaderName::from_static("x-lark-request-nonce");
static SIGNATURE: HeaderName = HeaderName::from_static("x-lark-signature");

/// The keys of an app, ready for use.
pub(super) struct Crypto {
    keys: EventKeys,
    /// The key schedule of AES, which costs more than a short event.
    cipher: Option<Aes256>,
}

impl Crypto {
    pub(super) fn new(keys: EventKeys) -> Self {
        let cipher = keys.encrypt_key.as_ref().map(|key| {
            let hash = digest(&SHA256, key.expose().as_bytes());
            let mut bytes = [0; 32];
            bytes.copy_from_slice(hash.as_ref());
            Aes256::new(&bytes.into())
        });
        Self { keys, cipher }
    }

    pub(super) fn is_encrypting(&self) -> bool {
        self.cipher.is_some()
    }

    /// A key that is set must be proven, even after `insecure_accept_anything`.
    pub(super) fn is_insecure(&self) -> bool {
        self.keys.insecure && self.keys.is_empty()
    }

    /// Decrypts the text of `encrypt`: base64 of an IV and AES-256-CBC blocks.
    pub(super) fn decrypt(&self, text: &[u8]) -> Result<Bytes, Rejection> {
        let cipher = self.cipher.as_ref().ok_or(Rejection::NeedEncryptKey)?;
        let mut sealed = STANDARD.decode_to_vec(text).map_err(|_| Rejection::BadBase64)?;
        if sealed.len() < 2 * BLOCK || !sealed.len().is_multiple_of(BLOCK) {
            return Err(Rejection::BadLength);
        }
        let mut iv = [0; BLOCK];
        iv.copy_from_slice(&sealed[..BLOCK]);
        let decryptor = cbc::Decryptor::inner_iv_init(cipher.clone(), &iv.into());
        let unpadded = decryptor.decrypt_padded::<Pkcs7>(&mut sealed[BLOCK..]);
        let length = unpadded.map_err(|_| Rejection::BadPadding)?.len();
        let mut plain = Bytes::from(sealed);
        plain.advance(BLOCK);
        plain.truncate(length);
        Ok(plain)
    }

    /// Whether the push is signed with the encrypt key, as events and new callbacks are.
    pub(super) fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        is_signed(&SHA256, self.keys.encrypt_key.as_ref(), headers, body)
    }

    /// Whether the push is signed with the verification token, as old card callbacks are.
    pub(super) fn is_card_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        is_signed(&SHA1_FOR_LEGACY_USE_ONLY, self.keys.verification_token.as_ref(), headers, body)
    }

    /// Whether `token` is the router's; `None` if it has none to compare with.
    pub(super) fn is_token(&self, token: &str) -> Option<bool> {
        let own = self.keys.verification_token.as_ref()?;
        Some(constant_time_eq(own.expose().as_bytes(), token.as_bytes()))
    }
}

fn is_signed(
    algorithm: &'static Algorithm,
    key: Option<&Secret>,
    headers: &HeaderMap,
    body: &[u8],
) -> bool {
    let parts = (key, headers.get(&TIMESTAMP), headers.get(&NONCE), headers.get(&SIGNATURE));
    let (Some(key), Some(timestamp), Some(nonce), Some(signature)) = parts else { return false };
    let mut context = Context::new(algorithm);
    context.update(timestamp.as_bytes());
    context.update(nonce.as_bytes());
    context.update(key.expose().as_bytes());
    context.update(body);
    // Compared as text: the platform sends lower-case hex, and nothing else is taken for it.
    let (digest, mut expected) = (context.finish(), [0; 2 * MAX_OUTPUT_LEN]);
    constant_time_eq(hex(digest.as_ref(), &mut expected), signature.as_bytes())
}

/// Writes bytes as lower-case hex.
fn hex<'a>(bytes: &[u8], out: &'a mut [u8; 2 * MAX_OUTPUT_LEN]) -> &'a [u8] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(out.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    &out[..2 * bytes.len()]
}

/// The time at which the push claims to have been sent, in seconds since 1970.
pub(super) fn sent_at(headers: &HeaderMap) -> Option<u64> {
    headers.get(&TIMESTAMP)?.to_str().ok()?.parse().ok()
}

/// The signature as it arrived: it tells old card callbacks apart.
pub(super) fn signature(headers: &HeaderMap) -> Option<&str> {
    headers.get(&SIGNATURE)?.to_str().ok()
}
