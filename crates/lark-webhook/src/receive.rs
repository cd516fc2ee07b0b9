//! Takes in the body of a request, within bounds of size and time.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use tokio::time::timeout;

/// Why a body was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It is larger than allowed, or says so.
    TooLarge,
    /// It did not come within the time.
    TimedOut,
    /// It broke off.
    Broken,
}

/// The bytes of a body as they came, which are what the platform signs.
pub(crate) async fn receive<B: Body>(
    body: B,
    max: usize,
    limit: Duration,
) -> Result<Bytes, Failure> {
    // Before anything is read: a client that waits for `100 Continue` then sends nothing.
    if body.size_hint().lower() > max as u64 {
        return Err(Failure::TooLarge);
    }
    timeout(limit, collect(body, max)).await.unwrap_or(Err(Failure::TimedOut))
}

async fn collect<B: Body>(body: B, max: usize) -> Result<Bytes, Failure> {
    let mut body = pin!(body);
    // Grows with what came, not with what was announced, which costs a client nothing.
    let (mut only, mut all) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        // Trailers mean nothing here.
        let Ok(mut data) = frame.map_err(|_| Failure::Broken)?.into_data() else { continue };
        let size = data.remaining();
        if size > max - only.len().max(all.len()) {
            return Err(Failure::TooLarge);
        }
        if only.is_empty() && all.is_empty() {
            only = data.copy_to_bytes(size);
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut only));
        while data.has_remaining() {
            let chunk = data.chunk().len();
            all.extend_from_slice(data.chunk());
            data.advance(chunk);
        }
    }
    Ok(if all.is_empty() { only } else { all.freeze() })
}
