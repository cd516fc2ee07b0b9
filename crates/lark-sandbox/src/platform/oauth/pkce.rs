//! Proof that a code is exchanged by the app that asked for it (RFC 7636).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use super::fields::Fields;
use crate::http::{OAuthError, codes};

/// What an authorization request says of the verifier to come.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    value: String,
    hashed: bool,
}

impl Challenge {
    /// The challenge of an authorization request, if it has one.
    pub(super) fn of(fields: &Fields) -> Result<Option<Self>, OAuthError> {
        let Some(value) = fields.get("code_challenge") else { return Ok(None) };
        let hashed = match fields.get("code_challenge_method") {
            None | Some("plain") => false,
            Some("S256") => true,
            Some(_) => return Err(codes::OAUTH_MALFORMED),
        };
        if !is_well_formed(value) {
            return Err(codes::OAUTH_MALFORMED);
        }
        Ok(Some(Self { value: value.to_owned(), hashed }))
    }
}

/// Compares what was announced with what came. A verifier that nobody announced is rejected as well:
/// the code was then asked for by somebody else.
pub(super) fn verify(
    challenge: Option<&Challenge>,
    verifier: Option<&str>,
) -> Result<(), OAuthError> {
    let fits = match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) if is_well_formed(verifier) => {
            let hash = || URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            if challenge.hashed { hash() == challenge.value } else { verifier == challenge.value }
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(codes::OAUTH_PKCE) }
}

/// 43 to 128 characters that need no escaping in a URL. A hash in base64 is 43 of them.
fn is_well_formed(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(allowed)
}
