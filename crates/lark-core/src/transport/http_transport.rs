//! The default transport: reqwest over rustls with ring.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::error::{Error, Result};

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct TransportOptions {
    pub(crate) connect_timeout: Duration,
    /// Longest silence while an answer is read.
    pub(crate) read_timeout: Duration,
    pub(crate) needs_tls: bool,
}

/// reqwest as a [`Transport`].
pub(crate) struct HttpTransport {
    client: reqwest::Client,
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
        Ok(Self { client })
    }
}

/// The provider is named here instead of installed for the process, which belongs to the user.
fn tls_config(options: &TransportOptions) -> Result<ClientConfig> {
    let bad = |error: rustls::Error| Error::configuration(format!("TLS: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(bad)?;
    if options.needs_tls {
        Ok(builder.with_platform_verifier().map_err(bad)?.with_no_client_auth())
    } else {
        // Reading the system's certificates takes milliseconds, for nothing on plain HTTP.
        let none = RootCertStore::empty();
        Ok(builder.with_root_certificates(none).with_no_client_auth())
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let request = reqwest::Request::try_from(request.map(|body| match body.as_bytes() {
            Some(bytes) => reqwest::Body::from(bytes.clone()),
            None => reqwest::Body::wrap(body),
        }));
        Box::pin(async move {
            let response =
                self.client.execute(request.map_err(classify)?).await.map_err(classify)?;
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
