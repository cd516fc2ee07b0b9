//! What is said when there is no token of a user.

use lark_core::Error;

pub(super) fn not_signed_in(user: &str) -> Error {
    Error::sign_in_needed(format!(
        "user {user:?} is not signed in: send them to the URL of OAuth::authorize, then save the \
         grant that OAuth::finish gives"
    ))
}

pub(super) fn no_refresh_token(user: &str) -> Error {
    Error::sign_in_needed(format!(
        "the token of user {user:?} cannot be refreshed: they must sign in again, and with the scope \
         offline_access for a token that can be"
    ))
}

/// `why` is what the platform said.
pub(super) fn ended(user: &str, why: &str) -> Error {
    Error::sign_in_needed(format!(
        "user {user:?} must sign in again: the platform does not take their refresh token any more: \
         {why}"
    ))
}

/// What follows `why` if an earlier use of the token may be what ended it.
pub(super) const ANSWER_LOST: &str = "; the answer to an earlier refresh was lost";
