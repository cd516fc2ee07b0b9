//! Idempotency keys. The platform executes requests with the same key only once.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::util::random;

/// Who generates the idempotency key of a request whose operation has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Idempotency {
    /// The SDK, before the first attempt, unless the request has a key. The default.
    #[default]
    Auto,
    /// The caller: only keys that you set are sent.
    Caller,
}

/// Generates keys that are unique but not secret, without a system call.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    state: RandomState,
    made: AtomicU64,
}

impl Keys {
    /// A new key in the form of a version 4 UUID, which some operations require.
    pub(crate) fn make(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        // The counter distinguishes the calls of a process, the time the copies of a process: a
        // fork or a restored snapshot has the same state, and the platform would drop the request
        // of one of them.
        let now = SystemTime::now();
        let [high, low] = [0_u8, 1].map(|half| self.state.hash_one((half, number, now)));
        version_4(high, low)
    }
}

/// A random UUID of version 4, for keys that are made without a client.
#[must_use]
pub fn random_uuid() -> String {
    version_4(random::number(), random::number())
}

/// The UUID of these random bits: version 4, variant 1 (RFC 9562).
fn version_4(high: u64, low: u64) -> String {
    uuid(high & !0xf000 | 0x4000, low & !(3 << 62) | 1 << 63)
}

/// The text of a UUID. `format!` would take as long as everything else here.
fn uuid(high: u64, low: u64) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = [high.to_be_bytes(), low.to_be_bytes()];
    let mut text = Vec::with_capacity(36);
    for (at, byte) in bytes.as_flattened().iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        text.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]);
    }
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_hyphens_and_zeros_in_place() {
        let text = uuid(0x0012_3456_789a_4bcd, 0x8ef0_0000_0000_000f);
        assert_eq!(text, "00123456-789a-4bcd-8ef0-00000000000f");
    }

    #[test]
    fn random_uuids_are_of_version_4_and_differ() {
        let key = random_uuid();
        let parts: Vec<&str> = key.split('-').collect();
        assert_eq!(parts.iter().map(|it| it.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(parts[2].starts_with('4') && "89ab".contains(&parts[3][..1]), "{key}");
        assert_ne!(key, random_uuid());
    }
}
