//! The fields of a request: JSON, a form or a query, whichever it came as.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::{OAuthError, codes};

/// Texts by name.
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    pub(super) fn of_query(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Of a body. What it looks like decides, because SDKs send JSON without a content type.
    pub(super) fn of_body(body: &[u8]) -> Result<Self, OAuthError> {
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Ok(Self(form_urlencoded::parse(body).into_owned().collect()));
        }
        let value: Value = serde_json::from_slice(body).map_err(|_| codes::OAUTH_MALFORMED)?;
        let texts = value.as_object().into_iter().flatten();
        let texts = texts.filter_map(|(name, value)| Some((name, value.as_str()?)));
        Ok(Self(texts.map(|(name, text)| (name.clone(), text.to_owned())).collect()))
    }

    /// A field; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A field that has to be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(codes::OAUTH_PARAM_MISSING)
    }
}
