//! Reads the body of a request, limited in size and time.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use tokio::time::timeout;

use crate::body_memory::BodyMemory;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than allowed, or announces to be.
    TooLarge,
    /// It did not arrive in time.
    TimedOut,
    /// It ended early.
    Incomplete,
    /// Other bodies take all memory for them.
    Overloaded,
}

/// The bytes of a body as they arrived: the platform signs these.
pub(crate) async fn read<B: Body>(
    body: B,
    max_size: usize,
    memory: &BodyMemory,
    time_limit: Duration,
) -> Result<Bytes, BodyError> {
    // Checked before reading, so that a client that waits for `100 Continue` sends nothing.
    if body.size_hint().lower() > max_size as u64 {
        return Err(BodyError::TooLarge);
    }
    timeout(time_limit, collect(body, max_size, memory)).await.unwrap_or(Err(BodyError::TimedOut))
}

async fn collect<B: Body>(
    body: B,
    max_size: usize,
    memory: &BodyMemory,
) -> Result<Bytes, BodyError> {
    let (mut body, mut share) = (pin!(body), memory.share());
    // Grows with what arrives, not with the announced length, which costs a client nothing.
    let (mut only, mut all) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        // Trailers are ignored.
        let Ok(mut data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        let size = data.remaining();
        if size > max_size - only.len().max(all.len()) {
            return Err(BodyError::TooLarge);
        }
        if !share.grow(size) {
            return Err(BodyError::Overloaded);
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
