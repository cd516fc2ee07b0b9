//! Time limits of transfers, on tokio's paused clock and a transport in memory.

use std::time::Duration;

use lark_core::http::{Request, Response};
use lark_core::{
    Body, Client, FilePart, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use tokio::time::{Instant, sleep};

use crate::operations::put;

/// Takes a piece of a body every so often, so many of them at most.
struct Slow {
    pause: Duration,
    pieces: usize,
}

impl Transport for Slow {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            if !request.uri().path().contains("/auth/") {
                let mut body = request.into_body();
                let mut taken = 0;
                while body.chunk().await?.is_some() {
                    taken += 1;
                    if taken == self.pieces {
                        std::future::pending::<()>().await;
                    }
                    sleep(self.pause).await;
                }
            }
            let answer = r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#;
            Ok(Response::new(answer.to_owned().into()))
        })
    }
}

fn client(transport: impl Transport + 'static) -> Client {
    lark_canary::up();
    Client::builder("cli_test", "app-secret").transport(transport).build().expect("fine")
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_take_as_long_as_it_makes_progress() {
    let file = FilePart::bytes("a.bin", vec![7; 4 * 256 * 1024]);
    let slow = client(Slow { pause: Duration::from_secs(20), pieces: usize::MAX });
    let started = Instant::now();
    slow.send(put(file.clone())).await.expect("slow, but not silent");
    assert!(started.elapsed() >= Duration::from_secs(80));

    let stuck = client(Slow { pause: Duration::from_secs(20), pieces: 3 });
    let started = Instant::now();
    let error = stuck.send(put(file)).await.expect_err("stuck");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(started.elapsed(), Duration::from_secs(70), "30 s after the third piece");
}

/// Cannot connect the first time, and takes everything the second time.
#[derive(Default)]
struct Flaky(std::sync::atomic::AtomicBool);

impl Transport for Flaky {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let is_call = !request.uri().path().contains("/auth/");
        let is_first = is_call && !self.0.swap(true, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move {
            if is_first {
                return Err(TransportError::new(TransportErrorKind::Connect, "refused"));
            }
            let length = request.into_body().collect(1_000_000).await?.len();
            assert!(length < 1000, "a form of a few bytes");
            let answer = r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#;
            Ok(Response::new(answer.to_owned().into()))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_has_begun_to_read_is_sent_later() {
    let flaky = client(Flaky::default());
    let file = FilePart::reader("s.bin", &b"content"[..], None);
    flaky.send(put(file)).await.expect("the second attempt has all of it");
}
