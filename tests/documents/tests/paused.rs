//! A sandbox on tokio's clock, without a socket: paused time jumps ahead while a real connection is waited for.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::http::Request;
use lark_core::{Body, Client, ClientBuilder, TransportError, TransportErrorKind};
use lark_sandbox::{Clock, Sandbox};
use lark_test_support::FakeTransport;
use tokio::time::{Instant, sleep};

/// How long a request takes.
const LATENCY: Duration = Duration::from_millis(40);

struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.0.elapsed()
    }
}

/// A sandbox that answers at once, and the options of a client of its app.
pub(crate) async fn start() -> (Arc<Sandbox>, ClientBuilder) {
    distant(Duration::ZERO).await
}

/// The same where each request takes a while.
pub(crate) async fn start_far() -> (Arc<Sandbox>, ClientBuilder) {
    distant(LATENCY).await
}

async fn distant(latency: Duration) -> (Arc<Sandbox>, ClientBuilder) {
    let clock = TokioClock(Instant::now());
    let sandbox = Sandbox::builder().clock(clock).start().await.expect("a free port");
    let sandbox = Arc::new(sandbox);
    let platform = Arc::clone(&sandbox);
    let transport = FakeTransport::handling(move |request| {
        let platform = Arc::clone(&platform);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            if !latency.is_zero() {
                sleep(latency).await;
            }
            let response = platform.respond(Request::from_parts(parts, body)).await;
            let broken = |error| TransportError::new(TransportErrorKind::Interrupted, error);
            Ok(response.map_err(broken)?.map(Body::from))
        }
    });
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(transport.without_recording());
    (sandbox, builder)
}
