//! Values that nobody can guess, and how they are compared.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use lark_core::{Error, Result};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{digest, hmac};

/// 256 bits. As text 43 characters, the fewest that RFC 7636 takes.
const BYTES: usize = 32;

/// A new random text, of characters that need no escape in a URL.
pub(crate) fn text() -> Result<String> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| unavailable())?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The challenge of a PKCE verifier by the method `S256` of RFC 7636.
pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether two texts are the same, in a time that does not tell where they differ: their codes
/// under a key that is used once are compared, by a function that takes care of it.
pub(crate) fn same(one: &str, other: &str) -> Result<bool> {
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
        assert!(same(&one, &one.clone()).expect("there is randomness"));
        assert!(!same(&one, &other).expect("there is randomness"));
    }
}
