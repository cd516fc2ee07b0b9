//! Random numbers that need not be secret, only unlikely to repeat: for boundaries, names of
//! temporary files and delays. The standard library seeds its hash maps with them.

use std::hash::{BuildHasher, Hasher, RandomState};

pub(crate) fn number() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// From 0 to 1.
#[must_use]
pub fn share() -> f64 {
    let high = u32::try_from(number() >> 32).unwrap_or(u32::MAX);
    f64::from(high) / f64::from(u32::MAX)
}
