//! The routes of a server: its apps and the health check.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use lark_core::__private::run_hook;
use lark_core::EventRouter;
use tokio::sync::watch;

use crate::report::{ReportGuard, RequestHook, RequestOutcome, RequestReport};
use crate::response_body::WebhookBody;
use crate::webhook::{Webhook, method_not_allowed, status_response};

/// The phase of a server's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Phase {
    Serving,
    /// Still serving, but the health check fails.
    NotReady,
    /// Accepting no more connections.
    Closing,
}

/// The apps of a server and their paths.
pub(super) struct Routes {
    apps: HashMap<String, Webhook>,
    any_path: Option<Webhook>,
    health_path: String,
    hook: Option<RequestHook>,
    pub(super) phase: watch::Sender<Phase>,
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.routers().map(|(path, _)| path).collect();
        f.debug_struct("Routes").field("paths", &paths).finish_non_exhaustive()
    }
}

impl Routes {
    pub(super) fn new(
        apps: HashMap<String, Webhook>,
        any_path: Option<Webhook>,
        health_path: String,
        hook: Option<RequestHook>,
    ) -> Self {
        let phase = watch::Sender::new(Phase::Serving);
        Self { apps, any_path, health_path, hook, phase }
    }

    pub(super) async fn handle<B: Body>(&self, request: Request<B>) -> Response<WebhookBody> {
        let path = request.uri().path();
        if path == self.health_path {
            return self.health(request.method());
        }
        if let Some(webhook) = self.apps.get(path).or(self.any_path.as_ref()) {
            return webhook.handle(request).await;
        }
        tracing::debug!(target: "lark_webhook", "request for a path without an app");
        ReportGuard::new(self.hook.as_ref(), "")
            .finish(RequestOutcome::NotFound, Some(StatusCode::NOT_FOUND));
        status_response(StatusCode::NOT_FOUND, "no_app_at_this_path")
    }

    fn health(&self, method: &Method) -> Response<WebhookBody> {
        let report = ReportGuard::new(self.hook.as_ref(), "");
        if !matches!(*method, Method::GET | Method::HEAD) {
            report.finish(RequestOutcome::MethodNotAllowed, Some(StatusCode::METHOD_NOT_ALLOWED));
            return method_not_allowed("GET, HEAD");
        }
        let is_serving = *self.phase.borrow() == Phase::Serving
            && !self.routers().any(|(_, router)| router.is_closing());
        let (status, text) = match is_serving {
            true => (StatusCode::OK, &b"ok\n"[..]),
            false => (StatusCode::SERVICE_UNAVAILABLE, &b"shutting down\n"[..]),
        };
        report.finish(RequestOutcome::Health, Some(status));
        let mut response = Response::new(Bytes::from_static(text).into());
        *response.status_mut() = status;
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
        response
    }

    /// The routers and the paths under which they are reported.
    pub(super) fn routers(&self) -> impl Iterator<Item = (&str, &EventRouter)> {
        let named = self.apps.iter().map(|(path, webhook)| (&**path, webhook.router()));
        named.chain(self.any_path.iter().map(|webhook| ("*", webhook.router())))
    }

    /// Reports bytes that did not become a request.
    pub(super) fn report(&self, outcome: RequestOutcome) {
        tracing::debug!(target: "lark_webhook", reason = outcome.as_str(), "no request");
        if let Some(hook) = &self.hook {
            let report = RequestReport { outcome, status: None, app: "", elapsed: Duration::ZERO };
            run_hook("on_request", || hook(&report));
        }
    }
}
