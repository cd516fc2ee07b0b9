//! What all copies of a client share.

use std::sync::Arc;

use super::Scope;
use super::endpoint::Hosts;
use crate::auth::{AppType, ClientAssertions, Tickets, TokenCache};
use crate::call::{CallHook, Keys};
use crate::rate_limit::RateLimiters;
use crate::store::TokenStore;
use crate::transport::Transport;
use crate::util::{KeyLocks, Secret};
use crate::wire::DriftLog;

/// What all copies of a client share.
pub(crate) struct Core {
    pub(crate) app_id: String,
    /// Empty if the app proves who it is by `assertions`.
    pub(crate) app_secret: Secret,
    pub(crate) assertions: Option<Arc<dyn ClientAssertions>>,
    /// Whether tokens of the tenant come from the newer endpoint, with a secret too.
    pub(crate) client_credentials_grant: bool,
    pub(crate) hosts: Hosts,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) app_type: AppType,
    /// Whether tokens are fetched; if not, calls send the tokens of their scope.
    pub(crate) manages_tokens: bool,
    pub(crate) tokens: TokenCache,
    pub(crate) tickets: Tickets,
    /// The scope of the calls that fetch tokens.
    pub(crate) token_scope: Scope,
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) store_prefix: String,
    pub(crate) drifts: DriftLog,
    pub(crate) rate_limiters: Arc<RateLimiters>,
    pub(crate) on_call: CallHook,
    pub(crate) keys: Keys,
    /// The objects that take one change at a time, by what their crates call them.
    pub(super) turns: KeyLocks,
    /// Maximum size of a response that is read into memory, in bytes.
    pub(crate) max_response_size: usize,
}
