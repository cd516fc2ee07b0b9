//! Whether a call may be made with the token it carries.

use std::time::SystemTime;

use http::{HeaderMap, header};

use crate::http::{ErrorCode, Rejection, codes};
use crate::platform::Caller;
use crate::platform::auth::{Auth, Tokens};
use crate::spec::{Operation, TokenKind};

/// The caller, if the token fits the operation.
pub(super) fn authorize(
    auth: &Auth,
    operation: &Operation,
    headers: &HeaderMap,
    now: SystemTime,
) -> Result<Caller, Rejection> {
    if operation.tokens.is_empty() {
        return Ok(Caller::default());
    }
    let token = bearer(headers).ok_or_else(|| Rejection::of(codes::TOKEN_MISSING))?;
    let reject = |code| auth.invalid_token_status.apply(Rejection::of(code));
    let issued = auth.tokens.find(token);
    let issued = issued.ok_or_else(|| reject(unknown(TokenKind::from_token(token))))?;
    let kind = issued.slot.kind;
    if issued.revoked {
        return Err(reject(unknown(Some(kind))));
    }
    if issued.expires <= now {
        return Err(reject(match kind {
            TokenKind::User => codes::USER_TOKEN_EXPIRED,
            _ => unknown(Some(kind)),
        }));
    }
    if !operation.tokens.contains(&kind) && !signs_in_with(operation, kind) {
        return Err(Rejection::of(codes::TOKEN_OF_WRONG_KIND));
    }
    Ok(issued.into())
}

/// The owner of the token in these headers, whether or not it is still good.
pub(super) fn token_owner(tokens: &Tokens, headers: &HeaderMap) -> Caller {
    let issued = bearer(headers).and_then(|token| tokens.find(token));
    issued.map(Caller::from).unwrap_or_default()
}

/// Node's SDK exchanges codes with its tenant token where the documents ask for the app's.
fn signs_in_with(operation: &Operation, kind: TokenKind) -> bool {
    kind == TokenKind::Tenant
        && operation.id.starts_with("authen.v1.")
        && operation.tokens == [TokenKind::App]
}

/// What is said of a token that means nothing, or no longer does.
fn unknown(kind: Option<TokenKind>) -> ErrorCode {
    match kind {
        Some(TokenKind::Tenant) => codes::TENANT_TOKEN_INVALID,
        Some(TokenKind::App) => codes::APP_TOKEN_INVALID,
        Some(TokenKind::User) => codes::USER_TOKEN_INVALID,
        None => codes::TOKEN_ILL_FORMED,
    }
}

/// The token. The platform takes a header without `Bearer ` for no token at all.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim).filter(|token| !token.is_empty())
}
