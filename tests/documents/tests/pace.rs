//! The pace of edits, on tokio's paused clock and without a socket.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::http::Request;
use lark_core::{Body, Client, RetryPolicy, TransportError, TransportErrorKind};
use lark_docx::block::Block;
use lark_docx::document;
use lark_sandbox::{Clock, RateLimit, Sandbox};
use lark_test_support::FakeTransport;
use tokio::time::Instant;

struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.0.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn no_second_has_more_than_three_edits() {
    let sandbox =
        Sandbox::builder().clock(TokioClock(Instant::now())).start().await.expect("a free port");
    let sandbox = Arc::new(sandbox);
    sandbox.document_rate_limit(Some(RateLimit::per_second(3)));
    let platform = Arc::clone(&sandbox);
    let transport = FakeTransport::handling(move |request| {
        let platform = Arc::clone(&platform);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            let response = platform.respond(Request::from_parts(parts, body)).await;
            let broken = |error| TransportError::new(TransportErrorKind::Interrupted, error);
            Ok(response.map_err(broken)?.map(Body::from))
        }
    });
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(transport)
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let started = Instant::now();
    let written =
        document::create(&client, vec![Block::text("a"); 10_000]).await.expect("a document");
    assert_eq!(written.blocks, 10_000);
    assert_eq!(started.elapsed().as_secs(), 3, "ten edits, three a second");
    let error =
        document::append_blocks(&client, &written.document_id, vec![Block::text("a"); 5000])
            .edits_per_second(0)
            .await
            .expect_err("five at once");
    assert!(
        matches!(error.cause(), document::DocumentError::Call(it) if it.is_rate_limited()),
        "{error}"
    );
}
