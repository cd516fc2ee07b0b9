//! Tokens of users.

use std::pin::Pin;

use crate::error::Result;
use crate::util::Secret;

/// Returns the access token of one user, and renews it. Most programs use the implementation in
/// `lark-oauth`; write your own if tokens come from elsewhere.
pub trait UserTokens: Send + Sync {
    /// A token that should be valid for a call now.
    fn token(&self) -> UserTokenFuture<'_>;

    /// A token other than `rejected`, which the platform rejected.
    fn renewed<'a>(&'a self, rejected: &'a Secret) -> UserTokenFuture<'a>;
}

/// What the methods of [`UserTokens`] return. Errors of your own are
/// [`Error::no_token`](crate::Error::no_token).
pub type UserTokenFuture<'a> = Pin<Box<dyn Future<Output = Result<Secret>> + Send + 'a>>;
