//! What an attempt needs before it is sent: admission by the rate limiter, and a token.

use std::sync::Arc;

use tokio::time::Instant;

use super::progress::{Progress, WaitingFor};
use super::request::Prepared;
use crate::auth::{self, AppTokenKind, Available, Choice, TokenKey, UserTokens};
use crate::client::{Core, Scope, User};
use crate::error::{Error, Result, Stage};
use crate::rate_limit::{Admission, Limited};
use crate::util::Secret;

/// The credential that a call sends.
pub(super) enum Credential {
    Nothing,
    /// One that only the caller can renew.
    Given(Secret),
    /// One of the cache.
    Managed(TokenKey, Secret),
    /// One of a user's session.
    Session(Secret),
}

impl Credential {
    pub(super) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Nothing => None,
            Self::Given(secret) | Self::Managed(_, secret) | Self::Session(secret) => Some(secret),
        }
    }
}

/// Waits for the rate limit and for the token.
pub(super) async fn authorize(
    core: &Arc<Core>,
    scope: &Scope,
    request: &Prepared,
    progress: &mut Progress,
) -> Result<Credential> {
    let operation = &*request.operation;
    let limiters = &core.rate_limiters;
    limiters.listen();
    let keeps_documented = scope.keeps_documented_rates;
    let is_limited = keeps_documented || !limiters.is_unlimited();
    if is_limited && scope.retry.waits_for_rate_limit() {
        let since = Instant::now();
        progress.waiting_for = WaitingFor::RateLimit;
        let tenant = scope.tenant.as_ref();
        let call = Limited { keeps_documented, ..request.limited() };
        let admission = limiters.admit(call, tenant, progress.deadline()).await;
        progress.limit_wait += since.elapsed();
        if let Admission::TooLate(until) = admission {
            let wait = until.saturating_duration_since(Instant::now());
            let error = || Error::throttled(operation, wait);
            return Err(progress.last.take().unwrap_or_else(error));
        }
    }
    progress.waiting_for = WaitingFor::Token;
    let token = credential(core, scope, request, progress).await;
    progress.waiting_for = WaitingFor::Response;
    progress.attempts += u32::from(token.is_ok());
    token
}

/// The token of the kind that the client has and the operation accepts.
pub(super) async fn credential(
    core: &Arc<Core>,
    scope: &Scope,
    request: &Prepared,
    progress: &mut Progress,
) -> Result<Credential> {
    let operation = &*request.operation;
    let choice = auth::choose(request.auth.tokens, &available(core, scope))
        .map_err(|why| Error::invalid_request(operation, why))?;
    let token = match (choice, &scope.user) {
        (Choice::Nothing, _) | (Choice::User, None) => return Ok(Credential::Nothing),
        (Choice::User, Some(User::Token(token))) => return given(operation, "as_user", token),
        (Choice::User, Some(User::Session(tokens))) => {
            let since = Instant::now();
            let token = session_token(&**tokens, progress.rejected.take()).await;
            progress.token_wait += since.elapsed();
            token.map(Credential::Session)
        }
        (Choice::Given(kind), _) => {
            let method = match kind {
                AppTokenKind::Tenant => "with_tenant_token",
                AppTokenKind::App => "with_app_token",
            };
            let token = scope.given(kind);
            return token.map_or(Ok(Credential::Nothing), |token| given(operation, method, &token));
        }
        (Choice::Managed(kind), _) => {
            let key = TokenKey::new(kind, scope.tenant.as_ref());
            let token = auth::token(core, &key, &mut progress.token_wait).await;
            token.map(|secret| Credential::Managed(key, secret))
        }
    };
    token.map_err(|error| error.seen_by(operation, Stage::Token))
}

/// A token that the caller gave to `method`.
fn given(operation: &str, method: &str, token: &Secret) -> Result<Credential> {
    match token.fits_header() {
        true => Ok(Credential::Given(token.clone())),
        false => Err(Error::invalid_request(
            operation,
            format!("the token of {method} has characters that no header can carry; trim it"),
        )),
    }
}

/// The token of a user's session. One that cannot be sent counts as rejected.
async fn session_token(tokens: &dyn UserTokens, rejected: Option<Secret>) -> Result<Secret> {
    let token = match rejected {
        None => tokens.token().await?,
        Some(rejected) => return checked(tokens.renewed(&rejected).await?),
    };
    match token.fits_header() {
        true => Ok(token),
        false => checked(tokens.renewed(&token).await?),
    }
}

fn checked(token: Secret) -> Result<Secret> {
    match token.fits_header() {
        true => Ok(token),
        false => {
            Err(Error::no_token("the token of the session has characters that no header can carry"))
        }
    }
}

fn available(core: &Core, scope: &Scope) -> Available {
    Available {
        app_type: core.app_type,
        keyless: core.assertions.is_some(),
        managed: core.manages_tokens,
        user: scope.user.is_some(),
        tenant_token: scope.tenant_token.is_some(),
        app_token: scope.app_token.is_some(),
        tenant_key: scope.tenant.is_some(),
    }
}

/// Whether another attempt would send another token than the `sent` one, which the platform
/// rejected with any HTTP status. That is so if the SDK fetched it. Nothing was executed then, so
/// the call may be repeated. Removes exactly that token from the cache.
pub(super) fn replaces(core: &Core, progress: &mut Progress, sent: Credential) -> bool {
    match sent {
        Credential::Nothing | Credential::Given(_) => return false,
        Credential::Managed(key, secret) => core.tokens.discard(&key, &secret),
        Credential::Session(secret) => progress.rejected = Some(secret),
    }
    true
}
