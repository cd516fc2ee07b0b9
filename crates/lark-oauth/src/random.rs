//! Random values, and their comparison in constant time.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use lark_core::{Error, Result};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{digest, hmac};

/// 256 bits. In base64 that is 43 characters, the minimum of RFC 7636.
const BYTES: usize = 32;

/// A new random text of characters that need no escaping in a URL.
pub(crate) fn text() -> Result<String> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| unavailable())?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The challenge of a PKCE verifier by the method `S256` of RFC 7636.
pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether two texts are equal, in constant time: their HMACs under a one-time key are compared.
pub(crate) fn constant_time_eq(one: &str, other: &str) -> Result<bool> {
    let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
    let key = key.map_err(|_| unavailable())?;
    let code = hmac::sign(&key, one.as_bytes());
    Ok(hmac::verify(&key, other.as_bytes(), code.as_ref()).is_ok())
}

fn unavailable() -> Error {
    Error::no_token("the operating system gives no random numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        // Appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn random_texts_differ_and_are_compared() {
        let (one, other) = (text().expect("there is randomness"), text().expect("there is"));
        assert_eq!(one.len(), 43);
        assert!(constant_time_eq(&one, &one.clone()).expect("there is randomness"));
        assert!(!constant_time_eq(&one, &other).expect("there is randomness"));
    }
}
