//! One HTTP exchange.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request};

use crate::answer;
use crate::client::Core;
use crate::error::{Cause, Error, Result, Stage};
use crate::prepare::Prepared;
use crate::reply::Head;
use crate::secret::Secret;
use crate::transport::{Body, TransportError, TransportErrorKind};

/// Sends one request and waits for the head of its answer.
pub(crate) async fn transmit(
    core: &Core,
    request: &Prepared,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<(Head, Body)> {
    let failed = |error| Error::new(&*request.operation, Stage::Send, Cause::Transport(error));
    let http = http_request(core, request, token, headers)
        .map_err(|error| failed(TransportError::new(TransportErrorKind::Request, error)))?;
    let (parts, body) = core.transport.send(http).await.map_err(failed)?.into_parts();
    let head = Head { status: parts.status, headers: parts.headers };
    answer::refuse_redirect(core, request, &head)?;
    Ok((head, body))
}

fn http_request(
    core: &Core,
    request: &Prepared,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<Request<Body>, http::Error> {
    let mut http = Request::new(Body::default());
    *http.method_mut() = request.method.clone();
    *http.uri_mut() = core.hosts.of(request.host).join(&request.path_and_query)?;
    // Room for the two below and for what the HTTP stack adds, so that the map never grows.
    let mut all = HeaderMap::with_capacity(headers.len() + 5);
    all.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    *http.headers_mut() = all;
    if let Some(body) = &request.body {
        http.headers_mut().insert(CONTENT_TYPE, body.content_type.clone());
        *http.body_mut() = body.bytes.clone().into();
    }
    let authorization = match (token, &request.basic) {
        (Some(token), _) => Some(["Bearer ", token.expose()].concat()),
        (None, Some((user, password))) => Some(basic(user, password)),
        (None, None) => None,
    };
    if let Some(value) = authorization {
        let value = Bytes::from(value);
        let mut value = HeaderValue::from_maybe_shared(value)?;
        value.set_sensitive(true);
        http.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(http)
}

/// RFC 7617.
fn basic(user: &str, password: &Secret) -> String {
    let pair = format!("{user}:{}", password.expose());
    ["Basic ", &BASE64_STANDARD.encode(pair)].concat()
}
