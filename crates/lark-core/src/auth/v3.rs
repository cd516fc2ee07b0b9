//! The newer token endpoint, `oauth/v3/token` on the accounts host, for tokens of the tenant.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{assertion, fetch};
use crate::client::Core;
use crate::client::endpoint::Host;
use crate::error::Result;
use crate::util::Secret;

pub(super) const OPERATION: &str = "oauth.v3.token";
const PATH: &str = "/oauth/v3/token";

/// The response, in the form of RFC 6749.
#[derive(Clone, Default)]
struct TokenResponse {
    access_token: String,
    expires_in: i64,
}
crate::record! { TokenResponse decode; access_token, expires_in }

/// Whether tokens of the tenant come from here.
pub(super) fn is_used(core: &Core) -> bool {
    core.assertions.is_some() || core.client_credentials_grant
}

/// A token of the tenant, and how long it lives.
pub(super) async fn tenant_token(core: &Arc<Core>) -> Result<(Secret, Duration)> {
    let mut body = assertion::credentials(core).await?;
    let grant = match core.assertions {
        Some(_) => assertion::GRANT,
        None => "client_credentials",
    };
    body.insert("grant_type".to_owned(), grant.into());
    let bytes = fetch::post_to(core, Host::Accounts, OPERATION, PATH, &Value::Object(body)).await?;
    let mut response = TokenResponse::default();
    fetch::decode(core, OPERATION, &bytes, &mut response)?;
    fetch::token_in(OPERATION, &bytes, response.access_token, response.expires_in)
}
