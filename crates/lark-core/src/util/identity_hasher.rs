//! Maps whose keys are hashes already.

use std::hash::Hasher;

/// Uses a `u64` as its own hash. Only for keys that no outsider can choose, such as those made with
/// [`RandomState`](std::hash::RandomState).
#[derive(Default)]
pub(crate) struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    /// For other types than `u64`: good enough for a case that does not occur.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }
}
