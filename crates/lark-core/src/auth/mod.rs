//! Tokens: which kind a call takes, where they are kept, how they are fetched.

mod cache;
mod choose;
mod fetch;
mod user;

pub use self::user::{UserTokenFuture, UserTokens};

pub(crate) use self::cache::{Token, TokenCache};
pub(crate) use self::choose::{Choice, choose};
pub(crate) use self::fetch::{AppTokenKind, fetch};
