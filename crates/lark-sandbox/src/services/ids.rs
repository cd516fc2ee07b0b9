//! Identifiers: unlike in every sandbox, so that a token or message of one is unknown to another.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes identifiers of one sandbox.
pub(crate) struct Ids {
    seed: u64,
    made: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        // The only source of randomness in std; nothing here has to be secret.
        let seed = RandomState::new().build_hasher().finish();
        Self { seed, made: AtomicU64::new(0) }
    }

    /// `prefix` and 32 hex digits.
    pub(crate) fn next(&self, prefix: &str) -> String {
        let count = self.made.fetch_add(1, Ordering::Relaxed);
        wide(prefix, self.seed.wrapping_add(count.wrapping_mul(2)))
    }

    /// 27 characters that begin with `prefix`, as tokens of documents and files do.
    pub(crate) fn token(&self, prefix: &str) -> String {
        let id = self.next("");
        format!("{prefix}{}", &id[id.len() - (27 - prefix.len())..])
    }

    /// A number that no other call gets.
    pub(crate) fn number(&self) -> u64 {
        self.seed.wrapping_add(self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// A number that is larger than those before.
    pub(crate) fn serial(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// 20 upper-case hex digits, the tail of a log id.
    pub(crate) fn trace(&self) -> String {
        let count = self.made.fetch_add(1, Ordering::Relaxed);
        format!("{:016X}{:04X}", mix(self.seed ^ count), count & 0xffff)
    }
}

/// `prefix` and 32 hex digits that depend on `number` only.
pub(crate) fn wide(prefix: &str, number: u64) -> String {
    format!("{prefix}{:016x}{:016x}", mix(number), mix(number.wrapping_add(1)))
}

/// A number that depends on `text` only (FNV-1a).
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finisher of splitmix64: neighbours in, unrelated numbers out.
pub(crate) fn mix(number: u64) -> u64 {
    let a = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}
