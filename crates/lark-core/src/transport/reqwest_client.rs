//! A client of reqwest as the transport.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::Url;

use super::failure::explained;
use super::{
    Body, ResponseHead, Transport, TransportError, TransportErrorKind, TransportFuture, Upgrade,
    UpgradeFuture, UpgradedStream,
};

/// Requests take the connections of your own client, with all its options; those of the default
/// transport, such as its read timeout, do not apply. With the feature `reqwest`, which ties your
/// program to the version of reqwest that the SDK uses: [`lark_core::reqwest`](crate::reqwest). It
/// is built without a TLS provider of its own: install a provider of rustls for the process, or name
/// one with `tls_backend_preconfigured`.
///
/// Build it with `redirect(Policy::none())`. A client does not say whether it follows redirects, so
/// this cannot be checked in advance. If a response comes from a host other than the requested one,
/// the call fails with [`TransportErrorKind::Redirected`], but tokens, and with some statuses also
/// the body, may have been sent there.
impl Transport for reqwest::Client {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let (parts, body) = request.into_parts();
        Box::pin(async move {
            let mut request = reqwest::Request::new(parts.method, url(&parts.uri)?);
            *request.headers_mut() = parts.headers;
            *request.body_mut() = Some(match body.as_bytes() {
                Some(bytes) => reqwest::Body::from(bytes.clone()),
                None => reqwest::Body::wrap(body),
            });
            let response = exchange(self, request).await?;
            Ok(Response::from(response).map(|body| Body::stream(Incoming(body))))
        })
    }

    fn upgrade(&self, request: Request<()>) -> UpgradeFuture<'_> {
        Box::pin(async move {
            let (parts, ()) = request.into_parts();
            let mut request = reqwest::Request::new(parts.method, url(&parts.uri)?);
            *request.headers_mut() = parts.headers;
            let response = exchange(self, request).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let head = ResponseHead { status, headers };
            if status != StatusCode::SWITCHING_PROTOCOLS {
                return Ok(Upgrade { head, stream: None });
            }
            let stream = UpgradedStream::new(response.upgrade().await.map_err(classify)?);
            Ok(Upgrade { head, stream: Some(stream) })
        })
    }
}

fn url(uri: &Uri) -> Result<Url, TransportError> {
    let url = Url::parse(&uri.to_string());
    url.map_err(|it| TransportError::new(TransportErrorKind::Request, it))
}

async fn exchange(
    client: &reqwest::Client,
    request: reqwest::Request,
) -> Result<reqwest::Response, TransportError> {
    let asked = request.url().origin();
    let response = client.execute(request).await.map_err(classify)?;
    if asked != response.url().origin() {
        let host = response.url().host_str().unwrap_or_default();
        let why = format!("to {host}; build the reqwest client with redirect(Policy::none())");
        return Err(TransportError::new(TransportErrorKind::Redirected, why));
    }
    Ok(response)
}

/// Of the URL only the host is named, and only if it was not reached.
fn classify(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::Request
    } else {
        TransportErrorKind::Interrupted
    };
    let host = error.url().filter(|_| error.is_connect()).and_then(|url| {
        let host = url.host_str()?;
        Some(
            url.port().map_or_else(|| format!("host {host}"), |port| format!("host {host}:{port}")),
        )
    });
    let context: Vec<_> = host.as_deref().into_iter().collect();
    explained(kind, error.without_url().into(), &context)
}

/// The body of a response with our error type.
struct Incoming(reqwest::Body);

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Pin::new(&mut self.0).poll_frame(cx).map(|it| it.map(|it| it.map_err(classify)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
