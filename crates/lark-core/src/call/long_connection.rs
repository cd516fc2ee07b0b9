//! What `lark-ws` sends through a client: the request that finds the long connection, and the one
//! that opens it.

use std::time::Duration;

use http::Method;
use http::uri::Scheme;
use serde_json::Value;

use super::Call;
use super::request::{Prepared, PreparedBody, Privacy};
use super::response::RawResponse;
use crate::client::endpoint::Host;
use crate::client::{Client, Scope};
use crate::error::Result;
use crate::operation::Tokens;
use crate::retry::RetryPolicy;
use crate::transport::{TransportError, Upgrade};

/// What proves to the platform which app asks for a long connection: the body of that request.
///
/// # Errors
/// There is no client assertion.
pub async fn credentials(client: &Client) -> Result<Value> {
    crate::auth::assertion::discovery_body(client.parts().0).await
}

/// Makes a call that needs no token and whose response is secret. It is not repeated, because
/// `lark-ws` waits between its attempts as the platform asks.
///
/// # Errors
/// Those of [`Client::send_raw`].
pub async fn post_once(
    client: &Client,
    operation: &'static str,
    path: &str,
    body: &Value,
    timeout: Duration,
) -> Result<RawResponse> {
    let (core, scope) = client.parts();
    let scope = Scope { timeout, retry: RetryPolicy::none(), ..scope.clone() };
    let request = Prepared {
        body: Some(PreparedBody::json(body.to_string())),
        privacy: Privacy { sensitive: true, shown_path: None },
        ..Prepared::new(operation.into(), Method::POST, path.to_owned(), Tokens::NONE)
    };
    Call { core, scope: &scope, request }.raw().await
}

/// Opens a connection for another protocol, with the headers of the client.
///
/// # Errors
/// There is no response, or the transport cannot upgrade.
pub async fn upgrade(
    client: &Client,
    mut request: http::Request<()>,
) -> Result<Upgrade, TransportError> {
    let (core, scope) = client.parts();
    for (name, value) in &scope.headers {
        request.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    core.transport.upgrade(request).await
}

/// Whether calls are sent without TLS, as to a sandbox.
#[must_use]
pub fn is_plain_text(client: &Client) -> bool {
    client.parts().0.hosts.of(Host::Open).uri().scheme() == Some(&Scheme::HTTP)
}
