//! Errors for a user without a token.

use lark_core::Error;

use crate::Grant;
use crate::authorize::OFFLINE_ACCESS;

pub(super) fn not_signed_in(user: &str) -> Error {
    Error::sign_in_needed(format!(
        "user {user:?} is not signed in: send them to the URL of OAuth::authorize, then save the \
         grant that OAuth::exchange_callback returns"
    ))
}

pub(super) fn no_refresh_token(user: &str, grant: &Grant) -> Error {
    let was_granted = grant.scopes().any(|scope| scope == OFFLINE_ACCESS);
    let why = match was_granted {
        true => {
            "they must sign in again; the platform issued no refresh token although offline_access was \
             granted, so refreshing may be switched off for the app (its security settings in the \
             developer console)"
        }
        false => {
            "they must sign in again, and with the scope offline_access for a token that can be"
        }
    };
    Error::sign_in_needed(format!("the token of user {user:?} cannot be refreshed: {why}"))
}

/// `why` is what the platform answered.
pub(super) fn refresh_token_ended(user: &str, why: &str) -> Error {
    Error::sign_in_needed(format!(
        "user {user:?} must sign in again: the platform does not take their refresh token any more: \
         {why}"
    ))
}

/// Follows `why` if an earlier use of the token may have ended it.
pub(super) const RESPONSE_LOST: &str = "; the answer to an earlier refresh was lost";
