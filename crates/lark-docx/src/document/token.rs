//! Idempotency keys of edits.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A random UUID of version 4.
pub(super) fn new() -> String {
    // The only source of randomness in std; nothing here has to be secret.
    let number = || RandomState::new().build_hasher().finish();
    let (high, low) = (number(), number());
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
    let (d, e) = (low >> 48 & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_uuids_of_version_4_and_differ() {
        let token = new();
        let parts: Vec<&str> = token.split('-').collect();
        assert_eq!(parts.iter().map(|it| it.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(parts[2].starts_with('4') && "89ab".contains(&parts[3][..1]), "{token}");
        assert_ne!(token, new());
    }
}
