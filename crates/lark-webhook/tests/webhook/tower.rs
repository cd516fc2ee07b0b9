//! The tower service without a server.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Full, StreamBody, combinators::BoxBody};
use lark_webhook::{RequestOutcome, Webhook};
use tower_service::Service;

use crate::push::{TOKEN, event, quick};

type Body = BoxBody<Bytes, Infallible>;

fn post(body: Body) -> http::Request<Body> {
    http::Request::post("/any").body(body).expect("a request")
}

#[tokio::test]
async fn a_service_answers_with_bytes() {
    let mut webhook = Webhook::new(quick(TOKEN));
    let body = Body::new(Full::from(event(TOKEN, "e1")));
    let response = webhook.call(post(body)).await.expect("infallible");
    assert_eq!(response.status(), 200);
    assert_eq!(response.into_body().into_bytes(), r#"{"msg":"success"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_given_up_after_the_limit() {
    let (sender, reports) = std::sync::mpsc::channel();
    let webhook = Webhook::new(quick(TOKEN))
        .body_timeout(Duration::from_secs(4))
        .on_request(move |report| sender.send((report.outcome, report.elapsed)).expect("listens"));
    let response = webhook.handle(post(Body::new(StreamBody::new(Never)))).await;
    assert_eq!(response.status(), 408);
    let (outcome, elapsed) = reports.recv().expect("a report");
    assert_eq!(outcome, RequestOutcome::BodyTimedOut);
    assert_eq!(elapsed.as_secs(), 4);
}

/// A stream of frames that neither goes on nor ends.
struct Never;

impl futures_core::Stream for Never {
    type Item = Result<http_body::Frame<Bytes>, Infallible>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}
