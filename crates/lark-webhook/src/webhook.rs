//! From an HTTP request to the router and back, in any framework.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use lark_core::EventRouter;
use tower_service::Service;

use crate::body_memory::{self, BodyMemory};
use crate::report::{ReportGuard, RequestHook, RequestOutcome, RequestReport};
use crate::request_body::{self, BodyError};
use crate::response_body::WebhookBody;

/// The platform waits for 3 s; the rest is for slow proxies.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// An [`EventRouter`] as a tower service for the requests to one event or callback URL.
///
/// Only `POST` is accepted, with any content type. The body is read up to the router's
/// [`max_body_size`](EventRouter::max_body_size) and passed on byte for byte, because it is signed.
/// Clones share the router.
///
/// In axum, mount it with `Router::new().route_service("/lark/events", webhook)` or `into_axum`
/// (feature `axum`). In axum and other frameworks, call [`EventRouter::shutdown`] after the server
/// has stopped.
#[derive(Clone)]
pub struct Webhook {
    router: EventRouter,
    body_timeout: Duration,
    body_memory: BodyMemory,
    app: Arc<str>,
    on_request: Option<RequestHook>,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("router", &self.router)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

impl Webhook {
    /// A service that passes pushes to `router`.
    #[must_use]
    pub fn new(router: EventRouter) -> Self {
        Self {
            router,
            body_timeout: BODY_TIMEOUT,
            body_memory: BodyMemory::new(body_memory::DEFAULT),
            app: Arc::from(""),
            on_request: None,
        }
    }

    /// Sets the timeout for receiving the body of a request; 10 s by default. After it the response
    /// is 408.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets the memory that all bodies which are being received may take, in bytes; 64 MiB by default,
    /// and 64 KiB more for each, so that a push always has room. A larger body that finds no room is
    /// answered 503. Clones of the service share the memory.
    #[must_use]
    pub fn body_memory(mut self, bytes: usize) -> Self {
        self.body_memory = BodyMemory::new(bytes);
        self
    }

    /// Sets a hook that is called with the outcome of each request, for metrics of requests that do
    /// not reach the router. It must not block.
    #[must_use]
    pub fn on_request(mut self, hook: impl Fn(&RequestReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(hook));
        self
    }

    /// Sets the path and the hook for reports.
    #[cfg(feature = "server")]
    pub(crate) fn reported_as(mut self, app: &str, hook: Option<RequestHook>) -> Self {
        (self.app, self.on_request) = (Arc::from(app), hook);
        self
    }

    /// Shares the memory for bodies with other services.
    #[cfg(feature = "server")]
    pub(crate) fn sharing(mut self, memory: &BodyMemory) -> Self {
        self.body_memory = memory.clone();
        self
    }

    /// The router.
    #[must_use]
    pub fn router(&self) -> &EventRouter {
        &self.router
    }

    /// An axum router with this service at `path`, to be merged with your application's.
    ///
    /// # Panics
    /// If axum rejects `path`, for example because it does not begin with `/`.
    #[cfg(feature = "axum")]
    pub fn into_axum<S: Clone + Send + Sync + 'static>(self, path: &str) -> axum::Router<S> {
        axum::Router::new().route_service(path, self)
    }

    /// Handles one request. A request that does not reach the router is answered 405 (not `POST`), 408
    /// (timeout), 413 (too large), 400 (the body ended early) or 503 (no memory for its body).
    pub async fn handle<B: Body>(&self, request: Request<B>) -> Response<WebhookBody> {
        let report = ReportGuard::new(self.on_request.as_ref(), &self.app);
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            let outcome = RequestOutcome::MethodNotAllowed;
            tracing::debug!(target: "lark_webhook", app = &*self.app, "request is not POST");
            report.finish(outcome, Some(StatusCode::METHOD_NOT_ALLOWED));
            return method_not_allowed("POST");
        }
        let (outcome, response) = match request_body::read(
            body,
            self.router.max_body_size(),
            &self.body_memory,
            self.body_timeout,
        )
        .await
        {
            Ok(body) => {
                let reply = self.router.handle(&parts.headers, body).await;
                (RequestOutcome::Push(reply.outcome), reply.into_http().map(WebhookBody::from))
            }
            Err(error) => {
                let (outcome, status) = outcome_of(error);
                let reason = outcome.as_str();
                tracing::warn!(target: "lark_webhook", app = &*self.app, reason, "push not received");
                (outcome, status_response(status, reason))
            }
        };
        report.finish(outcome, Some(response.status()));
        response
    }
}

fn outcome_of(error: BodyError) -> (RequestOutcome, StatusCode) {
    match error {
        BodyError::TooLarge => (RequestOutcome::TooLarge, StatusCode::PAYLOAD_TOO_LARGE),
        BodyError::TimedOut => (RequestOutcome::BodyTimedOut, StatusCode::REQUEST_TIMEOUT),
        BodyError::Incomplete => (RequestOutcome::BodyIncomplete, StatusCode::BAD_REQUEST),
        BodyError::Overloaded => (RequestOutcome::Overloaded, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// A response whose status is all that matters to the platform.
pub(crate) fn status_response(status: StatusCode, msg: &'static str) -> Response<WebhookBody> {
    let mut response = Response::new(Bytes::from(format!(r#"{{"msg":"{msg}"}}"#)).into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// The response to any method but `allowed`.
pub(crate) fn method_not_allowed(allowed: &'static str) -> Response<WebhookBody> {
    let mut response = status_response(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

impl<B> Service<Request<B>> for Webhook
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<WebhookBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let webhook = self.clone();
        Box::pin(async move { Ok(webhook.handle(request).await) })
    }
}
