//! One HTTP exchange.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, Request};

use crate::answer;
use crate::client::Core;
use crate::error::{Cause, Error, Result, Stage};
use crate::multipart::{Fault, Outgoing};
use crate::prepare::{BodyContent, Prepared};
use crate::reply::ResponseHead;
use crate::secret::Secret;
use crate::transport::{Body, TransportError, TransportErrorKind};

/// Sends one request and waits for the head of its answer. `form` is its body, if it has files.
pub(crate) async fn transmit(
    core: &Core,
    request: &Prepared,
    form: Option<Outgoing>,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<(ResponseHead, Body)> {
    let (form, fault) = form.map(|it| (it.body, it.fault)).unzip();
    let failed = |error| {
        let fault = fault.as_ref().and_then(Fault::get);
        let cause = fault.map_or(Cause::Transport(error), Cause::File);
        Error::new(&*request.operation, Stage::Send, cause)
    };
    let http = http_request(core, request, form, token, headers)
        .map_err(|error| failed(TransportError::new(TransportErrorKind::Request, error)))?;
    let (parts, body) = core.transport.send(http).await.map_err(failed)?.into_parts();
    let head = ResponseHead { status: parts.status, headers: parts.headers };
    answer::refuse_redirect(core, request, &head)?;
    Ok((head, body))
}

fn http_request(
    core: &Core,
    request: &Prepared,
    form: Option<Body>,
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
        *http.body_mut() = match (&body.content, form) {
            (BodyContent::Bytes(bytes), _) => bytes.clone().into(),
            (BodyContent::Form(_), form) => form.unwrap_or_default(),
        };
    }
    if let Some(resume) = request.resume.as_deref() {
        let range = HeaderValue::try_from(format!("bytes={}-", resume.from))?;
        http.headers_mut().insert(RANGE, range);
        let if_range = resume.if_range.clone().map(|etag| (IF_RANGE, etag));
        http.headers_mut().extend(if_range);
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
