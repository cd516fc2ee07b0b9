//! The platform's token endpoints.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::cache::{Fetch, Token};
use super::{AppTokenKind, AppType, TokenKey, stored, ticket, v3};
use crate::call::Call;
use crate::call::request::{Prepared, PreparedBody, Privacy};
use crate::call::response::excerpt;
use crate::client::Core;
use crate::client::endpoint::Host;
use crate::error::{Cause, Error, Result, Stage, codes};
use crate::operation::Tokens;
use crate::util::Secret;
use crate::wire::{Context, Decode, DecodeMode, Slot, decode_slice};

/// Time limit of a fetch. Other calls wait for it, so it must end whatever the transport and the
/// store do.
pub(crate) const FETCH_LIMIT: Duration = Duration::from_secs(30);

/// The response. Its fields are next to `code`, without `data`.
#[derive(Clone, Default)]
struct TokenResponse {
    tenant_access_token: String,
    app_access_token: String,
    expire: i64,
}
crate::record! { TokenResponse decode; tenant_access_token, app_access_token, expire }

/// The token of `key`, fetched if necessary. The time spent waiting is added to `waited`.
pub(crate) async fn token(
    core: &Arc<Core>,
    key: &TokenKey,
    waited: &mut Duration,
) -> Result<Secret> {
    let fetch = |old| fetch(Arc::clone(core), key.clone(), old);
    core.tokens.get(key, &fetch, waited).await
}

/// Gets the token of `key` from the store, or else from the platform. Errors are those of stage
/// "token".
fn fetch(core: Arc<Core>, key: TokenKey, old: Option<Secret>) -> Fetch {
    Box::pin(async move {
        let fetch = async {
            let turn = match stored::load_or_turn(&core, &key, old.as_ref()).await {
                Ok(token) => return Ok(token),
                Err(turn) => turn,
            };
            let (secret, life) = from_platform(&core, &key).await?;
            stored::save(&core, &key, &secret, life, turn).await;
            Ok(Token::new(secret, life))
        };
        let operation = match key.kind {
            AppTokenKind::Tenant if v3::is_used(&core) => v3::OPERATION,
            kind => operation(core.app_type, kind).0,
        };
        match tokio::time::timeout(FETCH_LIMIT, fetch).await {
            Ok(result) => result.map_err(|error: Error| error.seen_by(operation, Stage::Token)),
            Err(_) => {
                let cause = Cause::Deadline { limit: FETCH_LIMIT, last: None };
                Err(Error::new(operation, Stage::Token, cause))
            }
        }
    })
}

/// Operation id and path of the endpoint for one kind of token.
fn operation(app_type: AppType, kind: AppTokenKind) -> (&'static str, &'static str) {
    match (app_type, kind) {
        (AppType::SelfBuilt, AppTokenKind::Tenant) => (
            "auth.v3.tenant_access_token.internal",
            "/open-apis/auth/v3/tenant_access_token/internal",
        ),
        (AppType::SelfBuilt, AppTokenKind::App) => {
            ("auth.v3.app_access_token.internal", "/open-apis/auth/v3/app_access_token/internal")
        }
        (AppType::Marketplace, AppTokenKind::Tenant) => {
            ("auth.v3.tenant_access_token.create", "/open-apis/auth/v3/tenant_access_token")
        }
        (AppType::Marketplace, AppTokenKind::App) => {
            ("auth.v3.app_access_token.create", "/open-apis/auth/v3/app_access_token")
        }
    }
}

async fn from_platform(core: &Arc<Core>, key: &TokenKey) -> Result<(Secret, Duration)> {
    match (core.app_type, key.kind, &key.tenant) {
        (AppType::SelfBuilt, AppTokenKind::Tenant, _) if v3::is_used(core) => {
            v3::tenant_token(core).await
        }
        (AppType::SelfBuilt, kind, _) => {
            let body = json!({ "app_id": core.app_id, "app_secret": core.app_secret.expose() });
            request(core, kind, &body).await
        }
        (AppType::Marketplace, AppTokenKind::App, _) => with_ticket(core).await,
        (AppType::Marketplace, AppTokenKind::Tenant, tenant) => {
            for_tenant(core, tenant.as_deref().unwrap_or_default()).await
        }
    }
}

/// The app token of a marketplace app.
async fn with_ticket(core: &Arc<Core>) -> Result<(Secret, Duration)> {
    loop {
        let ticket = ticket::current(core).await?;
        let body = json!({
            "app_id": core.app_id,
            "app_secret": core.app_secret.expose(),
            "app_ticket": ticket.expose(),
        });
        match request(core, AppTokenKind::App, &body).await {
            // Continues if there is another ticket: the one in the store may be older than the
            // configured one.
            Err(error) if error.code() == Some(codes::APP_TICKET_INVALID) => {
                ticket::rejected(core, &ticket).await?;
            }
            Ok(issued) => {
                ticket::accepted(core, ticket).await;
                return Ok(issued);
            }
            result => return result,
        }
    }
}

/// The token of a marketplace app for one tenant.
async fn for_tenant(core: &Arc<Core>, tenant: &str) -> Result<(Secret, Duration)> {
    let key = TokenKey::new(AppTokenKind::App, None);
    let exchange = async |app: &Secret| {
        let body = json!({ "app_access_token": app.expose(), "tenant_key": tenant });
        request(core, AppTokenKind::Tenant, &body).await
    };
    // The wait for this token is part of the wait for the other one.
    let mut waited = Duration::ZERO;
    let app = token(core, &key, &mut waited).await?;
    match exchange(&app).await {
        Err(error) if error.is_token_invalid() => {
            core.tokens.discard(&key, &app);
            exchange(&token(core, &key, &mut waited).await?).await
        }
        result => result,
    }
}

async fn request(core: &Arc<Core>, kind: AppTokenKind, body: &Value) -> Result<(Secret, Duration)> {
    let (operation, path) = operation(core.app_type, kind);
    let bytes = post(core, operation, path, body).await?;
    read(core, operation, kind, &bytes)
}

/// Makes a call that needs no token and is safe to repeat.
pub(crate) async fn post(
    core: &Arc<Core>,
    operation: &'static str,
    path: &str,
    body: &Value,
) -> Result<Bytes> {
    post_to(core, Host::Open, operation, path, body).await
}

/// The same to one of the hosts. The accounts host responds in the form of RFC 6749.
pub(super) async fn post_to(
    core: &Arc<Core>,
    host: Host,
    operation: &'static str,
    path: &str,
    body: &Value,
) -> Result<Bytes> {
    let request = Prepared {
        host,
        body: Some(PreparedBody::json(body.to_string())),
        idempotent: true,
        privacy: Privacy { sensitive: true, shown_path: None },
        oauth: host == Host::Accounts,
        ..Prepared::new(operation.into(), Method::POST, path.to_owned(), Tokens::NONE)
    };
    let response = Call { core, scope: &core.token_scope, request }.raw().await?;
    Ok(response.body)
}

fn read(
    core: &Core,
    operation: &'static str,
    kind: AppTokenKind,
    bytes: &[u8],
) -> Result<(Secret, Duration)> {
    let mut response = TokenResponse::default();
    decode(core, operation, bytes, &mut response)?;
    let secret = match kind {
        AppTokenKind::Tenant => response.tenant_access_token,
        AppTokenKind::App => response.app_access_token,
    };
    token_in(operation, bytes, secret, response.expire)
}

/// Reads the response of a token endpoint.
pub(super) fn decode<T: Decode>(
    core: &Core,
    operation: &'static str,
    bytes: &[u8],
    response: &mut T,
) -> Result<()> {
    let mut cx = Context::new(operation, DecodeMode::Tolerant, &core.drifts);
    decode_slice(bytes, Slot::Plain(response), &mut cx)
        .map_err(|error| unusable(operation, bytes, &format!("not JSON: {error}")))?;
    Ok(())
}

/// The token in a response, if it can be sent and lives for a while; `expire` is in seconds.
pub(super) fn token_in(
    operation: &'static str,
    bytes: &[u8],
    secret: String,
    expire: i64,
) -> Result<(Secret, Duration)> {
    let life = u64::try_from(expire).unwrap_or(0);
    if secret.is_empty() || life == 0 {
        return Err(unusable(operation, bytes, "there is no usable token in the response"));
    }
    let secret = Secret::new(secret);
    if !secret.fits_header() {
        let why = "the token in the response has characters that no header can carry";
        return Err(unusable(operation, bytes, why));
    }
    Ok((secret, Duration::from_secs(life)))
}

fn unusable(operation: &'static str, bytes: &[u8], why: &str) -> Error {
    // Half a response may contain a whole token.
    let (why, start) = (why.to_owned(), excerpt(bytes, true));
    Error::new(operation, Stage::Token, Cause::NotAnEnvelope { why, start })
}
