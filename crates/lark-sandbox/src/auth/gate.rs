//! Whether a call may be made with the token it carries.

use std::time::SystemTime;

use http::{HeaderMap, header};

use super::{Caller, TokenKind, Tokens};
use crate::answer::{Refusal, faults};
use crate::spec::Operation;

/// The caller, if the token fits the operation.
pub(crate) fn authorize(
    operation: &Operation,
    headers: &HeaderMap,
    tokens: &Tokens,
    now: SystemTime,
) -> Result<Caller, Refusal> {
    if operation.tokens.is_empty() {
        return Ok(Caller::default());
    }
    let token = bearer(headers).ok_or_else(|| Refusal::of(faults::TOKEN_MISSING))?;
    let Some(issued) = tokens.find(token) else {
        return Err(Refusal::of(match TokenKind::from_token(token) {
            Some(TokenKind::Tenant) => faults::TENANT_TOKEN_INVALID,
            Some(TokenKind::App) => faults::APP_TOKEN_INVALID,
            Some(TokenKind::User) => faults::USER_TOKEN_INVALID,
            None => faults::TOKEN_ILL_FORMED,
        }));
    };
    if issued.expires <= now {
        return Err(Refusal::of(match issued.kind {
            TokenKind::Tenant => faults::TENANT_TOKEN_INVALID,
            TokenKind::App => faults::APP_TOKEN_INVALID,
            TokenKind::User => faults::USER_TOKEN_EXPIRED,
        }));
    }
    if !operation.tokens.contains(&issued.kind) {
        return Err(Refusal::of(faults::TOKEN_OF_WRONG_KIND));
    }
    Ok(Caller { open_id: issued.open_id })
}

/// The token. The platform takes a header without `Bearer ` for no token at all.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim).filter(|token| !token.is_empty())
}
