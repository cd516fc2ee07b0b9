//! What a push proves, found out in another way than the SDK does: rather too much than too little, so
//! that whatever the SDK lets in without even this is a hole.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::input::{Case, Shape};
use crate::push::{self, NONCE, SIGNATURE, TIMESTAMP, TOKEN};

/// What a push proves.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) is_signed: bool,
    pub(crate) is_card_signed: bool,
    /// A ciphertext in it was made with the key.
    pub(crate) is_sealed: bool,
    /// The token is somewhere in it.
    pub(crate) has_token: bool,
}

impl Proof {
    pub(crate) fn of(case: &Case) -> Self {
        let Case { headers, body, .. } = case;
        let parts = [TIMESTAMP, NONCE, SIGNATURE].map(|name| headers.get(name));
        let (is_signed, is_card_signed) = match parts {
            [Some(timestamp), Some(nonce), Some(signature)] => {
                let [timestamp, nonce] = [timestamp, nonce].map(|part| part.as_bytes());
                let is = |expected: String| expected.as_bytes() == signature.as_bytes();
                (is(push::sha256(timestamp, nonce, body)), is(push::sha1(timestamp, nonce, body)))
            }
            _ => (false, false),
        };
        let outer = texts(body);
        let plain: Vec<_> = outer.iter().filter_map(|text| push::opened(text)).collect();
        let is_token = |text: &String| text == TOKEN;
        let has_token = outer.iter().any(is_token)
            || plain.iter().any(|plain| texts(plain).iter().any(is_token));
        Self { is_signed, is_card_signed, is_sealed: !plain.is_empty(), has_token }
    }

    /// Whether a handler may be called.
    pub(crate) fn suffices(&self, case: &Case) -> bool {
        if case.shape == Shape::Trusted {
            return true;
        }
        match (case.keys.has_key(), case.keys.has_token()) {
            (true, true) => self.is_signed || (self.is_card_signed && self.has_token_or_card()),
            (true, false) => self.is_signed,
            (false, _) => self.has_token || self.is_card_signed,
        }
    }

    /// Old card callbacks carry another token, so that the signature stands alone.
    fn has_token_or_card(&self) -> bool {
        self.has_token || self.is_card_signed
    }

    /// Whether the challenge may be sent back.
    pub(crate) fn suffices_for_challenge(&self, case: &Case) -> bool {
        let is_sealed = case.keys.has_key() && self.is_sealed;
        case.shape == Shape::Trusted || is_sealed || (case.keys.has_token() && self.has_token)
    }
}

/// All texts in a JSON value, those under a key that comes twice as well.
///
/// What the SDK skips unread need not be readable: half a surrogate pair, a number out of range, a
/// thousand levels. Of such a value the texts are what stands between quotation marks.
fn texts(json: &[u8]) -> Vec<String> {
    let between_marks = || {
        json.split(|byte| *byte == b'"')
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .collect()
    };
    serde_json::from_slice(json).map_or_else(|_| between_marks(), |Texts(texts)| texts)
}

struct Texts(Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts(vec![text.to_owned()]))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(Texts(more)) = list.next_element()? {
            texts.extend(more);
        }
        Ok(Texts(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some((_, Texts(more))) = map.next_entry::<String, Texts>()? {
            texts.extend(more);
        }
        Ok(Texts(texts))
    }
}
