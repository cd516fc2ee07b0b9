//! Pushes as the platform makes them. Written anew, not taken from the SDK, to check it.

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use lark_core::http::{HeaderMap, HeaderName, HeaderValue};
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::json;

/// The encrypt key of every router that has one; the one of the golden vectors.
pub(crate) const KEY: &str = "test-encrypt-key-0123456789abcdef";
/// The verification token of every router that has one; the one of the golden vectors.
pub(crate) const TOKEN: &str = "v-token-AbCdEf123456";

pub(crate) const TIMESTAMP: HeaderName = HeaderName::from_static("x-lark-request-timestamp");
pub(crate) const NONCE: HeaderName = HeaderName::from_static("x-lark-request-nonce");
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("x-lark-signature");

/// A body with the headers of an event.
pub(crate) fn signed(body: Vec<u8>) -> (HeaderMap, Vec<u8>) {
    (headers(&sha256(b"1720000000", b"nonce-1", &body)), body)
}

/// A body with the headers of an old card callback.
pub(crate) fn card_signed(body: Vec<u8>) -> (HeaderMap, Vec<u8>) {
    (headers(&sha1(b"1720000000", b"nonce-1", &body)), body)
}

fn headers(signature: &str) -> HeaderMap {
    let signature = HeaderValue::from_str(signature).expect("hex");
    HeaderMap::from_iter([
        (TIMESTAMP, HeaderValue::from_static("1720000000")),
        (NONCE, HeaderValue::from_static("nonce-1")),
        (SIGNATURE, signature),
    ])
}

/// The signature of an event.
pub(crate) fn sha256(timestamp: &[u8], nonce: &[u8], body: &[u8]) -> String {
    hex(&SHA256, [timestamp, nonce, KEY.as_bytes(), body])
}

/// The signature of an old card callback.
pub(crate) fn sha1(timestamp: &[u8], nonce: &[u8], body: &[u8]) -> String {
    hex(&SHA1_FOR_LEGACY_USE_ONLY, [timestamp, nonce, TOKEN.as_bytes(), body])
}

fn hex(algorithm: &'static Algorithm, parts: [&[u8]; 4]) -> String {
    let mut context = Context::new(algorithm);
    parts.into_iter().for_each(|part| context.update(part));
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key() -> [u8; 32] {
    digest(&SHA256, KEY.as_bytes()).as_ref().try_into().expect("32 bytes")
}

/// The body that hides a plain text.
pub(crate) fn sealed(plain: &[u8]) -> Vec<u8> {
    let iv = [7; 16];
    let cipher = cbc::Encryptor::<Aes256>::new(&key().into(), &iv.into());
    enveloped(&[&iv[..], &cipher.encrypt_padded_vec::<Pkcs7>(plain)].concat())
}

/// The body with a ciphertext.
pub(crate) fn enveloped(sealed: &[u8]) -> Vec<u8> {
    json!({"encrypt": STANDARD.encode(sealed)}).to_string().into_bytes()
}

/// The plain text of a ciphertext, if it is one.
pub(crate) fn opened(encrypt: &str) -> Option<Vec<u8>> {
    let sealed = STANDARD.decode(encrypt).ok()?;
    let (iv, blocks) = sealed.split_first_chunk::<16>()?;
    let cipher = cbc::Decryptor::<Aes256>::new(&key().into(), iv.into());
    cipher.decrypt_padded_vec::<Pkcs7>(blocks).ok()
}
