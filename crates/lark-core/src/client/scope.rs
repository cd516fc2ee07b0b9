//! The options of a scoped copy.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::auth::{AppTokenKind, UserTokens};
use crate::call::{Idempotency, RequiredCheck, Seed};
use crate::operation::Risk;
use crate::retry::RetryPolicy;
use crate::util::Secret;
use crate::wire::DecodeMode;

/// The options that a scoped copy may change.
#[derive(Clone)]
pub(crate) struct Scope {
    pub(crate) user: Option<User>,
    /// The tenant a marketplace app acts for.
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) tenant_token: Option<Secret>,
    pub(crate) app_token: Option<Secret>,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    /// Whether calls keep the documented rate limits, whatever the client does.
    pub(crate) keeps_documented_rates: bool,
    pub(crate) required_check: RequiredCheck,
    pub(crate) idempotency: Idempotency,
    /// What idempotency keys are made from; by chance without one.
    pub(crate) seed: Option<Arc<Seed>>,
    pub(crate) max_risk: Risk,
    pub(crate) decode_mode: DecodeMode,
}

impl Scope {
    /// The token of `kind` that the user gave the scope.
    pub(crate) fn given(&self, kind: AppTokenKind) -> Option<Secret> {
        match kind {
            AppTokenKind::Tenant => self.tenant_token.clone(),
            AppTokenKind::App => self.app_token.clone(),
        }
    }
}

/// On whose behalf calls are made.
#[derive(Clone)]
pub(crate) enum User {
    Token(Secret),
    Session(Arc<dyn UserTokens>),
}
