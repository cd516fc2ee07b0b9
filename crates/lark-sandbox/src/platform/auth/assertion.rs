//! Client assertions: JWTs in place of a secret. The sandbox signs them too, as the identity service would
//! whose assertions the platform accepts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, sign, verify};
use ring::rand::SystemRandom;
use serde_json::{Value, json};

/// What is wrong with an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadAssertion {
    /// It is no JWT, or none that this sandbox has signed.
    Signature,
    Expired,
    /// It is for another host.
    Audience,
    /// It is of another app.
    Subject,
}

/// The key of the identity service.
pub(crate) struct Assertions(Key);

impl Default for Assertions {
    fn default() -> Self {
        let key = Key::generate(HMAC_SHA256, &SystemRandom::new());
        Self(key.expect("the system has randomness"))
    }
}

/// What an assertion says.
pub(crate) struct Claims<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) audience: &'a str,
}

impl Assertions {
    /// An assertion that is good until then.
    pub(crate) fn issue(&self, claims: &Claims<'_>, now: SystemTime, lifetime: Duration) -> String {
        let header = json!({ "alg": "HS256", "typ": "JWT" });
        let claims = json!({
            "iss": claims.app_id,
            "sub": claims.app_id,
            "aud": claims.audience,
            "iat": seconds(now),
            "exp": seconds(now + lifetime),
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = sign(&self.0, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Whether an assertion says this, now.
    pub(crate) fn check(
        &self,
        assertion: &str,
        wanted: &Claims<'_>,
        now: SystemTime,
    ) -> Result<(), BadAssertion> {
        let claims = self.verified(assertion).ok_or(BadAssertion::Signature)?;
        let is_alive = claims["exp"].as_u64().is_some_and(|exp| exp > seconds(now));
        match () {
            () if !is_alive => Err(BadAssertion::Expired),
            () if claims["sub"] != wanted.app_id => Err(BadAssertion::Subject),
            () if claims["aud"] != wanted.audience => Err(BadAssertion::Audience),
            () => Ok(()),
        }
    }

    fn verified(&self, assertion: &str) -> Option<Value> {
        let (signed, signature) = assertion.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        verify(&self.0, signed.as_bytes(), &signature).ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_is_good_for_one_app_one_host_and_a_while() {
        let (assertions, others) = (Assertions::default(), Assertions::default());
        let claims = |app_id, audience| Claims { app_id, audience };
        let (own, now, minute) = (claims("a", "h:1"), SystemTime::now(), Duration::from_secs(60));
        let assertion = assertions.issue(&own, now, minute);
        let check = |wanted: &Claims<'_>, at| assertions.check(&assertion, wanted, at);
        assert_eq!(check(&own, now), Ok(()));
        assert_eq!(check(&own, now + minute), Err(BadAssertion::Expired));
        assert_eq!(check(&claims("b", "h:1"), now), Err(BadAssertion::Subject));
        assert_eq!(check(&claims("a", "h"), now), Err(BadAssertion::Audience));
        assert_eq!(others.check(&assertion, &own, now), Err(BadAssertion::Signature));
        for broken in ["", "a.b.c", &assertion[..assertion.len() - 1], &format!("{assertion}A")] {
            assert_eq!(assertions.check(broken, &own, now), Err(BadAssertion::Signature));
        }
    }
}
