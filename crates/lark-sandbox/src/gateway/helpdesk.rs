//! The credentials of a help desk, which its operations take beside the token.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use crate::http::{Rejection, codes};

const HEADER: &str = "x-lark-helpdesk-authorization";

/// The operations that take them.
const OPERATIONS: &str = "helpdesk.v1.";

/// A help desk: its id and its token.
#[derive(Clone, Debug)]
pub(crate) struct Helpdesk {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Default for Helpdesk {
    fn default() -> Self {
        let (id, token) = ("6930815272790114324", "ht-5a4db0c1-e2f3-9687-sandbox");
        Self { id: id.to_owned(), token: token.to_owned() }
    }
}

impl Helpdesk {
    /// Rejects a call of a help desk without the right credentials, or with none. SDKs send them with
    /// or without `Bearer`.
    pub(super) fn check(&self, operation_id: &str, headers: &HeaderMap) -> Result<(), Rejection> {
        if !operation_id.starts_with(OPERATIONS) {
            return Ok(());
        }
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let sent = sent.map(|text| text.strip_prefix("Bearer ").unwrap_or(text));
        let expected = STANDARD.encode(format!("{}:{}", self.id, self.token));
        if sent == Some(expected.as_str()) {
            return Ok(());
        }
        let reason = if sent.is_some() { "they are wrong" } else { "the header is missing" };
        Err(codes::HELPDESK_CREDENTIALS.because(reason))
    }
}
