//! Tokens: which kind a call takes, where they are kept, how they are fetched.

mod cache;
mod choose;
mod fetch;
mod single_flight;
mod stored;
mod ticket;
mod user;

use std::sync::Arc;
use std::time::Duration;

pub use self::single_flight::{Flight, SingleFlight};
pub use self::user::{UserTokenFuture, UserTokens};

pub(crate) use self::cache::TokenCache;
pub(crate) use self::choose::{AppType, Available, Choice, choose};
pub(crate) use self::fetch::FETCH_LIMIT;
pub(crate) use self::ticket::Tickets;

use crate::client::Core;
use crate::error::Result;
use crate::secret::Secret;

/// Kinds of token that the app's own credentials buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AppTokenKind {
    Tenant,
    App,
}

impl AppTokenKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::App => "app",
        }
    }
}

/// Which token of an app it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    pub(crate) kind: AppTokenKind,
    /// The tenant a marketplace app acts for.
    pub(crate) tenant: Option<Arc<str>>,
}

impl TokenKey {
    /// The key for a token of `kind` for `tenant`, which says nothing about an app token.
    pub(crate) fn new(kind: AppTokenKind, tenant: Option<&Arc<str>>) -> Self {
        let tenant = tenant.filter(|_| kind == AppTokenKind::Tenant);
        Self { kind, tenant: tenant.cloned() }
    }
}

/// The token of `key`, fetched if need be. What was waited for it is added to `waited`.
pub(crate) async fn token(
    core: &Arc<Core>,
    key: &TokenKey,
    waited: &mut Duration,
) -> Result<Secret> {
    let fetch = |old| fetch::fetch(Arc::clone(core), key.clone(), old);
    core.tokens.get(key, &fetch, waited).await
}

/// The key under which the store has the token of `key`.
pub(crate) fn store_key(core: &Core, key: &TokenKey) -> String {
    stored::name(core, key)
}

/// Keeps a ticket that the platform has pushed.
pub(crate) async fn set_ticket(core: &Core, ticket: Secret) -> Result<()> {
    ticket::set(core, ticket).await
}

/// Asks the platform to push a ticket.
pub(crate) async fn resend_ticket(core: &Arc<Core>) -> Result<()> {
    ticket::resend(core).await
}
