//! Reads a body into memory.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::Body as _;

use super::{Body, TransportError, TransportErrorKind};

/// The whole of a body, if it is not longer than a limit.
///
/// It is no async function, because that would be compiled in each crate that makes a call.
pub(crate) struct Collect {
    body: Body,
    limit: usize,
    /// What errors call the limit.
    name: &'static str,
    read: Read,
}

/// What has been read.
#[derive(Default)]
enum Read {
    #[default]
    Nothing,
    One(Bytes),
    Many(BytesMut),
}

impl Collect {
    pub(super) fn new(body: Body, limit: usize, name: &'static str) -> Self {
        Self { body, limit, name, read: Read::Nothing }
    }

    fn too_long(&self, length: String) -> TransportError {
        let why = format!("{length} bytes, {} is {}", self.name, self.limit);
        TransportError::new(TransportErrorKind::TooLarge, why)
    }
}

impl Future for Collect {
    type Output = Result<Bytes, TransportError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Read::Nothing = self.read
            && let Some(length) = self.body.size_hint().exact()
            && length > self.limit as u64
        {
            return Poll::Ready(Err(self.too_long(length.to_string())));
        }
        while let Some(piece) = ready!(self.body.poll_chunk(cx))? {
            let length = self.read.length() + piece.len();
            if length > self.limit {
                return Poll::Ready(Err(self.too_long(format!("at least {length}"))));
            }
            // Most responses are one chunk, which is returned without a copy.
            if let Read::Nothing = self.read
                && self.body.is_end_stream()
            {
                return Poll::Ready(Ok(piece));
            }
            self.read.add(piece);
        }
        Poll::Ready(Ok(match mem::take(&mut self.read) {
            Read::Nothing => Bytes::new(),
            Read::One(only) => only,
            Read::Many(all) => all.freeze(),
        }))
    }
}

impl Read {
    fn length(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    fn add(&mut self, piece: Bytes) {
        *self = match mem::take(self) {
            Self::Nothing => Self::One(piece),
            Self::One(first) => {
                let mut all = BytesMut::from(first);
                all.extend_from_slice(&piece);
                Self::Many(all)
            }
            Self::Many(mut all) => {
                all.extend_from_slice(&piece);
                Self::Many(all)
            }
        };
    }
}
