//! Tokens: choosing, caching and fetching them.

pub(crate) mod assertion;
mod cache;
mod choose;
mod fetch;
mod key;
pub(crate) mod stored;
pub(crate) mod ticket;
mod ticket_state;
mod user;
mod v3;

pub use self::assertion::{ClientAssertionFuture, ClientAssertions};
pub use self::user::{UserTokenFuture, UserTokens};

pub(crate) use self::cache::TokenCache;
pub(crate) use self::choose::{Available, Choice, choose};
pub(crate) use self::fetch::{FETCH_LIMIT, token};
pub(crate) use self::key::{AppTokenKind, AppType, TokenKey};
pub(crate) use self::ticket_state::Tickets;
