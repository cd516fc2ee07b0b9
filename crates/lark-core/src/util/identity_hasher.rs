//! Maps by keys that are hashes already.

use std::hash::Hasher;

/// Takes a `u64` as it is. Only for keys that nobody outside can choose,
/// such as those made with [`RandomState`](std::hash::RandomState).
#[derive(Default)]
pub(crate) struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    /// For what is no `u64`: as good as any hash that is not foreseen has to be.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }
}
