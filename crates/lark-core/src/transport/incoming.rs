//! The body of a response as it arrives.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::TransportError;
use super::failure::interrupted;
use super::idle_timeout::{IdleTimeout, IdleTimer};
use super::pool::Lease;

/// The body of a response, with our error type and our time limit.
pub(super) struct Incoming {
    body: hyper::body::Incoming,
    /// Given back when the body has been read to its end.
    lease: Option<Lease>,
    timer: IdleTimer,
}

impl Incoming {
    pub(super) fn new(body: hyper::body::Incoming, lease: Lease, limit: IdleTimeout) -> Self {
        Self { body, lease: Some(lease), timer: IdleTimer::new(limit) }
    }

    fn release(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.release();
        }
    }
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let mut frame = Pin::new(&mut self.body).poll_frame(cx);
        // Whoever reads the body drives the connection.
        if let (Poll::Pending, Some(lease)) = (&frame, &mut self.lease) {
            lease.drive(cx);
            frame = Pin::new(&mut self.body).poll_frame(cx);
        }
        let Poll::Ready(frame) = frame else {
            return self.timer.poll_expired(cx).map(|error| Some(Err(error)));
        };
        self.timer.reset();
        if frame.is_none() || self.body.is_end_stream() {
            self.release();
        }
        Poll::Ready(frame.map(|it| it.map_err(interrupted)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
