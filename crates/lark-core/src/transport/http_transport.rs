//! The default transport: reqwest over rustls with ring.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body as HttpBody, Frame, SizeHint};
use url::Url;

use super::failure::classify;
use super::idle_timeout::{IdleTimeout, IdleTimer};
use super::{
    Body, Transport, TransportError, TransportErrorKind, TransportFuture, Upgrade, UpgradeFuture,
};
use crate::util::idle::Activity;

/// The default [`Transport`]: reqwest over rustls with ring. [`HttpTransport::builder`] has its
/// options. Clones share connections.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// Where nearly all requests go: the base URL, or the origin of the first request.
    base: OnceLock<Url>,
    /// The configured proxies, for errors.
    note: Option<String>,
    /// Whether the client may follow redirects: the user's own does not say.
    pub(super) may_redirect: bool,
    /// `None` if the user's own client has one.
    read_timeout: Option<IdleTimeout>,
}

impl HttpTransport {
    /// `client` follows no redirects.
    pub(super) fn new(client: reqwest::Client, base: Option<Url>, note: Option<String>) -> Self {
        let base = base.map(OnceLock::from).unwrap_or_default();
        Self { client, base, note, may_redirect: false, read_timeout: None }
    }

    pub(super) fn with_read_timeout(self, limit: Duration) -> Self {
        Self { read_timeout: Some(IdleTimeout::new(limit)), ..self }
    }

    fn request(
        &self,
        parts: http::request::Parts,
        body: Body,
    ) -> Result<reqwest::Request, TransportError> {
        let mut request = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => reqwest::Body::from(bytes.clone()),
            None => reqwest::Body::wrap(body),
        });
        Ok(request)
    }

    /// The URL in reqwest's type. Parsing a URL is a considerable part of the cost of a call, so
    /// the constant part is kept.
    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        let is_base = |base: &&Url| {
            uri.scheme_str() == Some(base.scheme())
                && uri.authority().is_some_and(|it| it.as_str() == base.authority())
        };
        if let Some(base) = self.base.get().filter(is_base) {
            let mut url = base.clone();
            url.set_path(uri.path());
            url.set_query(uri.query());
            return Ok(url);
        }
        let url = Url::parse(&uri.to_string());
        let url = url.map_err(|it| TransportError::new(TransportErrorKind::Request, it))?;
        self.base.get_or_init(|| url.clone());
        Ok(url)
    }

    async fn exchange(
        &self,
        request: reqwest::Request,
        sending: Option<Arc<Activity>>,
    ) -> Result<reqwest::Response, TransportError> {
        let asked = self.may_redirect.then(|| request.url().origin());
        let sent = self.client.execute(request);
        let sent = match self.read_timeout {
            Some(limit) => limit.head(sending.as_deref(), sent).await?,
            None => sent.await,
        };
        let response = sent.map_err(|error| classify(error, self.note.as_deref()))?;
        if asked.is_some_and(|asked| asked != response.url().origin()) {
            let host = response.url().host_str().unwrap_or_default();
            let why = format!("to {host}; build the reqwest client with redirect(Policy::none())");
            return Err(TransportError::new(TransportErrorKind::Redirected, why));
        }
        Ok(response)
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let (parts, mut body) = request.into_parts();
        let is_timed = body.as_bytes().is_none() && self.read_timeout.is_some();
        let sending = is_timed.then(|| body.activity());
        let request = self.request(parts, body);
        Box::pin(async move {
            let response = self.exchange(request?, sending).await?;
            let timer = self.read_timeout.map(IdleTimer::new);
            let incoming = |body| Body::stream(Incoming { body, timer });
            Ok(http::Response::from(response).map(incoming))
        })
    }

    fn upgrade(&self, request: http::Request<()>) -> UpgradeFuture<'_> {
        Box::pin(async move {
            let (parts, ()) = request.into_parts();
            let url = Url::parse(&parts.uri.to_string());
            let url = url.map_err(|it| TransportError::new(TransportErrorKind::Request, it))?;
            let mut request = reqwest::Request::new(parts.method, url);
            *request.headers_mut() = parts.headers;
            let response = self.exchange(request, None).await?;
            let mut head = http::Response::new(());
            *head.status_mut() = response.status();
            *head.headers_mut() = response.headers().clone();
            if response.status() != http::StatusCode::SWITCHING_PROTOCOLS {
                return Ok(Upgrade::refused(head));
            }
            let stream = response.upgrade().await;
            let stream = stream.map_err(|error| classify(error, self.note.as_deref()))?;
            Ok(Upgrade::switched(head, stream))
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("proxies", &self.note).finish_non_exhaustive()
    }
}

/// The body of a response with our error type and our time limit.
struct Incoming {
    body: reqwest::Body,
    timer: Option<IdleTimer>,
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match (polled, &mut self.timer) {
            (Poll::Pending, None) => Poll::Pending,
            (Poll::Pending, Some(timer)) => timer.poll_expired(cx).map(|error| Some(Err(error))),
            (Poll::Ready(frame), timer) => {
                if let Some(timer) = timer {
                    timer.reset();
                }
                let frame = frame.map(|it| it.map_err(|error| classify(error, None)));
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
