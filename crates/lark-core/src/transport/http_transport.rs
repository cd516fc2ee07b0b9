//! The default transport: hyper over rustls with ring.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body::Body as _;
use hyper_util::rt::TokioIo;

use super::failure::interrupted;
use super::idle_timeout::IdleTimeout;
use super::incoming::Incoming;
use super::pool::{Host, Lease, Pool};
use super::{
    Body, ResponseHead, Transport, TransportError, TransportFuture, Upgrade, UpgradeFuture,
    UpgradedStream,
};
use crate::client::user_agent::AGENT;
use crate::util::idle::Activity;
use crate::util::spawn;

/// The default [`Transport`]: HTTP/1.1 by hyper, over rustls with ring.
/// [`HttpTransport::builder`] has its options. Clones share connections.
#[derive(Clone)]
pub struct HttpTransport {
    pool: Arc<Pool>,
    read_timeout: IdleTimeout,
}

impl HttpTransport {
    pub(super) fn new(pool: Pool, read_timeout: Duration) -> Self {
        Self { pool: Arc::new(pool), read_timeout: IdleTimeout::new(read_timeout) }
    }

    /// Sends the request; again on another connection if nothing of it was sent, because the server
    /// had closed a kept connection.
    async fn exchange(
        &self,
        mut request: Request<Body>,
        sending: Option<Arc<Activity>>,
    ) -> Result<(Response<hyper::body::Incoming>, Lease), TransportError> {
        let host = self.address(&mut request)?;
        loop {
            let mut lease = match host.kept() {
                Some(lease) => lease,
                None => self.wait_for_connection(&host).await?,
            };
            let is_reused = lease.is_reused();
            match self.read_timeout.head(sending.as_deref(), lease.send(request)).await? {
                Ok(response) => return Ok((response, lease)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) if is_reused => request = unsent,
                    Some(_) => return Err(host.failed(error.into_error())),
                    None => return Err(interrupted(error.into_error())),
                },
            }
        }
    }

    async fn wait_for_connection(&self, host: &Host) -> Result<Lease, TransportError> {
        match self.read_timeout.head(None, host.next()).await {
            Ok(lease) => lease,
            // Nothing was sent, unlike in other cases of that limit.
            Err(_) => Err(host.crowded(self.read_timeout.limit())),
        }
    }

    /// Completes the request for its host.
    fn address<B>(&self, request: &mut Request<B>) -> Result<Arc<Host>, TransportError> {
        let host = self.pool.host(request.uri())?;
        let mut uri = std::mem::take(request.uri_mut());
        host.address(&mut uri, request.headers_mut());
        *request.uri_mut() = uri;
        complete(request.headers_mut());
        Ok(host)
    }
}

fn complete(headers: &mut HeaderMap) {
    let agent = HeaderValue::from_static(AGENT);
    headers.entry(header::USER_AGENT).or_insert(agent);
    headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
}

impl Transport for HttpTransport {
    fn send(&self, mut request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let body = request.body_mut();
            let sending = body.as_bytes().is_none().then(|| body.activity());
            let (response, lease) = self.exchange(request, sending).await?;
            Ok(response.map(|body| {
                if body.is_end_stream() {
                    lease.release();
                    return Body::default();
                }
                Body::stream(Incoming::new(body, lease, self.read_timeout))
            }))
        })
    }

    fn upgrade(&self, request: Request<()>) -> UpgradeFuture<'_> {
        Box::pin(async move {
            let mut request = request.map(|()| Body::default());
            let host = self.address(&mut request)?;
            let (mut sender, connection) = host.open().await?;
            spawn(async { _ = connection.with_upgrades().await });
            let response = self.read_timeout.head(None, sender.send_request(request)).await?;
            let mut response = response.map_err(interrupted)?;
            let headers = std::mem::take(response.headers_mut());
            let head = ResponseHead { status: response.status(), headers };
            if head.status != StatusCode::SWITCHING_PROTOCOLS {
                return Ok(Upgrade { head, stream: None });
            }
            let upgraded = hyper::upgrade::on(response).await.map_err(interrupted)?;
            // Without the layers that hyper puts around the stream.
            let stream = match upgraded.downcast::<TokioIo<UpgradedStream>>() {
                Ok(parts) => parts.io.into_inner().upgraded(parts.read_buf),
                Err(upgraded) => UpgradedStream::new(TokioIo::new(upgraded)),
            };
            Ok(Upgrade { head, stream: Some(stream) })
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxies = self.pool.proxies.describe();
        f.debug_struct("HttpTransport").field("proxies", &proxies).finish_non_exhaustive()
    }
}
