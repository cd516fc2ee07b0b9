//! Buffers that are refilled once their content was sent.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The largest number of chunks that the HTTP stack queues.
const MOST: usize = 16;

pub(super) struct Buffers {
    size: usize,
    lent: VecDeque<Bytes>,
}

impl Buffers {
    /// Buffers of `size` bytes each.
    pub(super) fn new(size: usize) -> Self {
        Self { size, lent: VecDeque::new() }
    }

    /// A free buffer. Clearing new memory costs time, so old buffers come first.
    pub(super) fn take(&mut self) -> BytesMut {
        let is_free = self.lent.front().is_some_and(Bytes::is_unique);
        let free = is_free.then(|| self.lent.pop_front()).flatten();
        let free = free.and_then(|buffer| buffer.try_into_mut().ok());
        free.unwrap_or_else(|| BytesMut::zeroed(self.size))
    }

    /// The first `length` bytes of a buffer, to be sent.
    pub(super) fn lend(&mut self, buffer: BytesMut, length: usize) -> Bytes {
        let whole = buffer.freeze();
        let piece = whole.slice(..length);
        if self.lent.len() < MOST {
            self.lent.push_back(whole);
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_when_its_content_is_gone() {
        let mut buffers = Buffers::new(8);
        let first = buffers.take();
        let place = first.as_ptr();
        let piece = buffers.lend(first, 3);
        assert_eq!(piece.len(), 3);
        let second = buffers.take();
        assert_ne!(second.as_ptr(), place, "the first is still in use");
        _ = buffers.lend(second, 8);
        drop(piece);
        let again = buffers.take();
        assert_eq!((again.as_ptr(), again.len()), (place, 8));
    }
}
