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

use crate::body::WebhookBody;
use crate::receive::{Failure, receive};
use crate::report::{Account, RequestHook, RequestOutcome, RequestReport};

/// The platform gives up after 3 s; the rest is for slow proxies.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// An [`EventRouter`] as a tower service: takes the requests of one event or callback URL.
///
/// Only `POST` is answered, whatever its content type. The body is read up to the router's
/// [`max_body_size`](EventRouter::max_body_size), and handed on byte for byte, as the signature covers it.
/// Clones share the router.
///
/// In axum it serves a route, `Router::new().route_service("/lark/events", webhook)`, or see
/// `into_axum` (feature `axum`). There and in other frameworks, call
/// [`EventRouter::shutdown`] after the server has stopped.
#[derive(Clone)]
pub struct Webhook {
    router: EventRouter,
    body_timeout: Duration,
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
    /// A service that gives what it receives to `router`.
    #[must_use]
    pub fn new(router: EventRouter) -> Self {
        Self { router, body_timeout: BODY_TIMEOUT, app: Arc::from(""), on_request: None }
    }

    /// How long the body of a request may take to come; 10 s by default. Later ones are answered
    /// 408.
    #[must_use]
    pub fn body_timeout(mut self, limit: Duration) -> Self {
        self.body_timeout = limit;
        self
    }

    /// Called with what became of each request: the place for metrics of what does not reach the
    /// router. Must not block.
    #[must_use]
    pub fn on_request(mut self, hook: impl Fn(&RequestReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(hook));
        self
    }

    /// The path under which its requests are reported.
    #[cfg(feature = "server")]
    pub(crate) fn reported_as(mut self, app: &str, hook: Option<RequestHook>) -> Self {
        (self.app, self.on_request) = (Arc::from(app), hook);
        self
    }

    /// The router that it serves.
    #[must_use]
    pub fn router(&self) -> &EventRouter {
        &self.router
    }

    /// An axum router that serves `path`, to be merged with the rest of the application.
    ///
    /// # Panics
    /// `path` is none that axum takes: it begins with `/`.
    #[cfg(feature = "axum")]
    pub fn into_axum<S: Clone + Send + Sync + 'static>(self, path: &str) -> axum::Router<S> {
        axum::Router::new().route_service(path, self)
    }

    /// Answers one request. What cannot be answered by the router has a status of its own: 405, 408,
    /// 413, or 400 if the body broke off.
    pub async fn answer<B: Body>(&self, request: Request<B>) -> Response<WebhookBody> {
        let account = Account::open(self.on_request.as_ref(), &self.app);
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            let outcome = RequestOutcome::MethodNotAllowed;
            tracing::debug!(target: "lark_webhook", app = &*self.app, "request that is not POST");
            account.close(outcome, Some(StatusCode::METHOD_NOT_ALLOWED));
            return not_allowed("POST");
        }
        let (outcome, response) = match receive(
            body,
            self.router.max_body_size(),
            self.body_timeout,
        )
        .await
        {
            Ok(body) => {
                let reply = self.router.handle(&parts.headers, body).await;
                (RequestOutcome::Push(reply.outcome), reply.into_http().map(WebhookBody::from))
            }
            Err(failure) => {
                let (outcome, status) = refusal(failure);
                let reason = outcome.as_str();
                tracing::warn!(target: "lark_webhook", app = &*self.app, reason, "push not received");
                (outcome, plain(status, reason))
            }
        };
        account.close(outcome, Some(response.status()));
        response
    }
}

fn refusal(failure: Failure) -> (RequestOutcome, StatusCode) {
    match failure {
        Failure::TooLarge => (RequestOutcome::TooLarge, StatusCode::PAYLOAD_TOO_LARGE),
        Failure::TimedOut => (RequestOutcome::BodyTimedOut, StatusCode::REQUEST_TIMEOUT),
        Failure::Broken => (RequestOutcome::BodyBroken, StatusCode::BAD_REQUEST),
    }
}

/// An answer that is the platform's business only as a status.
pub(crate) fn plain(status: StatusCode, msg: &'static str) -> Response<WebhookBody> {
    let mut response = Response::new(Bytes::from(format!(r#"{{"msg":"{msg}"}}"#)).into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// The answer to a method that there is not.
pub(crate) fn not_allowed(allowed: &'static str) -> Response<WebhookBody> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
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
        Box::pin(async move { Ok(webhook.answer(request).await) })
    }
}
