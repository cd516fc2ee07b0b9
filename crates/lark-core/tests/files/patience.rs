//! Time limits of transfers, on tokio's paused clock and a transport in memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::http::{Request, Response};
use lark_core::{Body, Client, FilePart, TransportError, TransportErrorKind};
use lark_test_support::{FakeTransport, client_builder};
use tokio::time::{Instant, sleep};

use crate::operations::put;

const SUCCESS: &str = r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#;

fn is_for_token(request: &Request<Body>) -> bool {
    request.uri().path().contains("/auth/")
}

/// A client whose transport takes a piece of a body after every pause, and no more than `pieces`.
fn slow_client(pause: Duration, pieces: usize) -> Client {
    client(FakeTransport::handling(move |request| async move {
        if !is_for_token(&request) {
            let mut body = request.into_body();
            let mut taken = 0;
            while body.chunk().await?.is_some() {
                taken += 1;
                if taken == pieces {
                    std::future::pending::<()>().await;
                }
                sleep(pause).await;
            }
        }
        Ok(Response::new(SUCCESS.into()))
    }))
}

fn client(transport: FakeTransport) -> Client {
    client_builder(transport).build().expect("fine")
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_take_as_long_as_it_makes_progress() {
    let file = FilePart::bytes("a.bin", vec![7; 4 * 256 * 1024]);
    let slow = slow_client(Duration::from_secs(20), usize::MAX);
    let started = Instant::now();
    slow.send(put(file.clone())).await.expect("slow, but not silent");
    assert!(started.elapsed() >= Duration::from_secs(80));

    let stuck = slow_client(Duration::from_secs(20), 3);
    let started = Instant::now();
    let error = stuck.send(put(file)).await.expect_err("stuck");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(started.elapsed(), Duration::from_secs(70), "30 s after the third piece");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_has_begun_to_read_is_sent_later() {
    let calls = AtomicUsize::new(0);
    // Cannot connect the first time, and takes everything the second time.
    let transport = FakeTransport::handling(move |request| {
        let is_first = !is_for_token(&request) && calls.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            if is_first {
                return Err(TransportError::new(TransportErrorKind::Connect, "rejected"));
            }
            let length = request.into_body().collect(1_000_000).await?.len();
            assert!(length < 1000, "a form of a few bytes");
            Ok(Response::new(SUCCESS.into()))
        }
    });
    let file = FilePart::reader("s.bin", &b"content"[..], None);
    client(transport).send(put(file)).await.expect("the second attempt has all of it");
}
