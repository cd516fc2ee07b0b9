//! Idempotency keys. The platform executes requests with the same key only once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use ring::digest::{Context, SHA256};

use crate::util::{lock, random};

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

/// What the keys of a client's copy are made from, so that a program that runs again makes the same ones.
#[derive(Debug)]
pub(crate) struct Seed {
    text: String,
    /// How many keys each operation has got.
    made: Mutex<HashMap<&'static str, u64>>,
}

impl Seed {
    pub(crate) fn new(text: String) -> Self {
        Self { text, made: Mutex::default() }
    }

    /// The next key for calls of `operation`, in the same form as all others.
    pub(crate) fn make(&self, operation: &'static str) -> String {
        let number = {
            let mut made = lock(&self.made);
            let number = made.entry(operation).or_default();
            *number += 1;
            *number
        };
        let mut hash = Context::new(&SHA256);
        // Lengths keep the parts apart.
        for part in [self.text.as_bytes(), operation.as_bytes()] {
            hash.update(&part.len().to_be_bytes());
            hash.update(part);
        }
        hash.update(&number.to_be_bytes());
        let digest = hash.finish();
        let (halves, _) = digest.as_ref().as_chunks::<8>();
        version_4(u64::from_be_bytes(halves[0]), u64::from_be_bytes(halves[1]))
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
    fn a_seed_makes_the_same_keys_in_each_run_and_other_ones_for_each_call() {
        let run = || {
            let seed = Seed::new("e1/answer".to_owned());
            [seed.make("im.v1.message.create"), seed.make("im.v1.message.create"), seed.make("x")]
        };
        assert_eq!(run(), run());
        let [first, second, other] = run();
        assert!(first != second && first != other && second != other);
        let foreign = Seed::new("e2/answer".to_owned()).make("im.v1.message.create");
        assert_ne!(first, foreign);
        let parts: Vec<&str> = first.split('-').collect();
        assert!(parts[2].starts_with('4') && "89ab".contains(&parts[3][..1]), "{first}");
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
