//! A sandbox that goes by tokio's clock and is reached without a socket, for tests with a paused
//! clock: paused time jumps ahead while a real connection is waited for.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::http::Request;
use lark_core::{Body, Client, ClientBuilder, TransportError, TransportErrorKind};
use lark_sandbox::{Builder, Clock, Sandbox};
use lark_test_support::FakeTransport;
use tokio::time::{Instant, sleep};

/// Not a full second, so that the windows of client and sandbox do not begin together.
const START: Duration = Duration::from_millis(1_800_000_000_370);

/// A wall clock that goes with tokio's.
pub struct TokioClock(Instant);

impl TokioClock {
    /// One that starts now, on some day of 2027.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + START + self.0.elapsed()
    }
}

/// Starts a sandbox on tokio's clock.
pub async fn start(builder: Builder) -> Arc<Sandbox> {
    Arc::new(builder.clock(TokioClock::start()).start().await.expect("a free port"))
}

/// The way to a sandbox without a socket. Each request takes between `least` and `most`, half of it
/// there and half of it back.
#[must_use]
pub fn in_process(sandbox: &Arc<Sandbox>, least: Duration, most: Duration) -> FakeTransport {
    let (sandbox, sent) = (Arc::clone(sandbox), AtomicU64::new(0));
    let transport = FakeTransport::handling(move |request| {
        let sandbox = Arc::clone(&sandbox);
        let number = sent.fetch_add(1, Ordering::Relaxed);
        async move {
            let leg = latency(number, least, most) / 2;
            let (parts, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            sleep(leg).await;
            let response = sandbox.respond(Request::from_parts(parts, body)).await;
            sleep(leg).await;
            Ok(response.map_err(broken)?.map(Body::from))
        }
    });
    transport.without_recording()
}

/// The latency of a request: all over the range, and the same in each run.
fn latency(number: u64, least: Duration, most: Duration) -> Duration {
    let share = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
    let share = u32::try_from(share).expect("eight bits");
    least + (most.saturating_sub(least)) * share / 255
}

fn broken(error: io::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, error)
}

/// A client of the sandbox's app without a socket, which is as far away as most: 20 to 60 ms.
pub fn builder(sandbox: &Arc<Sandbox>) -> ClientBuilder {
    let ms = Duration::from_millis;
    Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(in_process(sandbox, ms(20), ms(60)))
}
