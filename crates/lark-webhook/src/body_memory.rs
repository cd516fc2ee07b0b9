//! The memory for bodies that are being received.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Enough for 64 of the largest pushes that a router accepts by default.
pub(crate) const DEFAULT: usize = 64 << 20;
/// What each body may have besides, so that large ones leave room for pushes, which are small.
const FREE: usize = 64 << 10;

/// Bytes that all bodies share. Clones share them, too.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory(Arc<AtomicUsize>);

/// What one body has of them.
pub(crate) struct Share<'a> {
    memory: &'a BodyMemory,
    size: usize,
    taken: usize,
}

impl BodyMemory {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    pub(crate) fn share(&self) -> Share<'_> {
        Share { memory: self, size: 0, taken: 0 }
    }
}

impl Share<'_> {
    /// Takes room for more bytes; false if there is none.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        self.size = self.size.saturating_add(bytes);
        let more = self.size.saturating_sub(FREE).saturating_sub(self.taken);
        let free = &self.memory.0;
        let take = |free: usize| free.checked_sub(more);
        let is_taken = free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        self.taken += if is_taken { more } else { 0 };
        is_taken
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.memory.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_share_and_small_ones_always_have_room() {
        let memory = BodyMemory::new(100);
        let (mut one, mut other) = (memory.share(), memory.share());
        assert!(one.grow(FREE) && one.grow(60) && other.grow(FREE + 40));
        assert!(!one.grow(1) && !other.grow(1));
        assert!(memory.share().grow(FREE));
        drop(one);
        assert!(other.grow(59) && !other.grow(1));
        drop(other);
        assert!(memory.share().grow(FREE + 100));
    }
}
