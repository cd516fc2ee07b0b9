//! The default transport: reqwest over rustls with ring.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body as HttpBody, Frame, SizeHint};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::error::{Error, Result};

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct TransportOptions {
    pub(crate) connect_timeout: Duration,
    /// Longest silence while an answer is read.
    pub(crate) read_timeout: Duration,
    /// Where nearly all requests go.
    pub(crate) base_url: Url,
}

/// reqwest as a [`Transport`].
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    base_url: Url,
}

impl HttpTransport {
    pub(crate) fn new(options: &TransportOptions) -> Result<Self> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(options)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| Error::configuration(format!("the HTTP client: {error}")))?;
        Ok(Self { client, base_url: options.base_url.clone() })
    }

    fn request(&self, request: http::Request<Body>) -> Result<reqwest::Request, TransportError> {
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => reqwest::Body::from(bytes.clone()),
            None => reqwest::Body::wrap(body),
        });
        Ok(request)
    }

    /// The URL in reqwest's type. Parsing one is a good part of the cost of a call, so the part that
    /// does not change is kept.
    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        let is_base = uri.scheme_str() == Some(self.base_url.scheme())
            && uri.authority().is_some_and(|it| it.as_str() == self.base_url.authority());
        if !is_base {
            let parsed = Url::parse(&uri.to_string());
            return parsed.map_err(|it| TransportError::new(TransportErrorKind::Request, it));
        }
        let mut url = self.base_url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        Ok(url)
    }
}

/// The provider is named here instead of installed for the process, which belongs to the user.
fn tls_config(options: &TransportOptions) -> Result<ClientConfig> {
    let bad = |error: rustls::Error| Error::configuration(format!("TLS: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(bad)?;
    if options.base_url.scheme() == "https" {
        Ok(builder.with_platform_verifier().map_err(bad)?.with_no_client_auth())
    } else {
        // Reading the system's certificates takes milliseconds, for nothing on plain HTTP.
        let none = RootCertStore::empty();
        Ok(builder.with_root_certificates(none).with_no_client_auth())
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let request = self.request(request);
        Box::pin(async move {
            let response = self.client.execute(request?).await.map_err(classify)?;
            Ok(http::Response::from(response).map(|body| Body::stream(Incoming(body))))
        })
    }
}

/// The URL is left out: it may hold ids, and the operation is in the message already.
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
    TransportError::new(kind, error.without_url())
}

/// An answer's body with our error.
struct Incoming(reqwest::Body);

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Pin::new(&mut self.0).poll_frame(cx).map_err(classify)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
