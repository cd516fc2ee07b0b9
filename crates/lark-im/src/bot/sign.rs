//! The signature of a custom bot's message.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lark_core::Secret;
use ring::hmac;

/// The signature for a timestamp in seconds since 1970.
///
/// Unlike in other chat services, the string to sign is the key of the HMAC and its message is empty. Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
pub(super) fn sign(timestamp: &str, secret: &Secret) -> String {
    let text = [timestamp, "\n", secret.expose()].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes());
    BASE64_STANDARD.encode(hmac::sign(&key, &[]))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_golden_vectors_are_met() {
        let vectors = include_str!("../../../../tests/vectors/bot_sign.json");
        let vectors: Value = serde_json::from_str(vectors).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let cases = vectors["vectors"].as_array().expect("a list");
        assert!(cases.len() >= 7);
        for case in cases {
            let sign = sign(&text(&case["timestamp"]), &text(&case["secret"]).into());
            assert_eq!(sign, text(&case["sign"]), "{case}");
        }
        for case in vectors["common_mistakes"].as_array().expect("a list") {
            let sign = sign(&text(&case["timestamp"]), &text(&case["secret"]).into());
            assert_ne!(sign, text(&case["wrong_sign"]), "{case}");
        }
    }
}
