//! What the codes of the platform mean.

use crate::generated::error_codes::{CODES, KINDS, MEANINGS};

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownCode {
    /// `not_found`, `permission_denied`.
    pub(crate) kind: &'static str,
    pub(crate) meaning: &'static str,
}

/// What is known of this code.
pub(crate) fn known_code(code: i64) -> Option<KnownCode> {
    let index = CODES.binary_search_by_key(&code, |(known, ..)| *known).ok()?;
    let (_, kind, meaning) = CODES[index];
    Some(KnownCode { kind: KINDS[kind], meaning: MEANINGS[meaning] })
}
