//! Errors for a user without a token.

use lark_core::Error;

pub(super) fn not_signed_in(user: &str) -> Error {
    Error::sign_in_needed(format!(
        "user {user:?} is not signed in: send them to the URL of OAuth::authorize, then save the \
         grant that OAuth::exchange_callback returns"
    ))
}

pub(super) fn no_refresh_token(user: &str) -> Error {
    Error::sign_in_needed(format!(
        "the token of user {user:?} cannot be refreshed: they must sign in again, and with the scope \
         offline_access for a token that can be"
    ))
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
