//! File names of entries.

use std::fmt::Write as _;

/// Longest encoded key in a name. File systems allow 255 bytes, including suffixes.
const MAX_ENCODED: usize = 160;
/// The part that is kept of a longer one, for people; the digest makes it unique.
const KEPT: usize = 80;

/// The name of the file of `key`, without its suffix. No two keys share a name, even where file
/// names are not case sensitive, and no name is a path or hidden.
pub(super) fn stem(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len() + 16);
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => encoded.push(char::from(byte)),
            b'.' if !encoded.is_empty() => encoded.push('.'),
            _ => _ = write!(encoded, "%{byte:02x}"),
        }
    }
    if encoded.is_empty() {
        // No encoded byte is a lone %.
        return "%".to_owned();
    }
    if encoded.len() <= MAX_ENCODED {
        return encoded;
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, key.as_bytes());
    encoded.truncate(KEPT);
    // No encoded key contains `~`.
    encoded.push('~');
    for byte in digest.as_ref() {
        _ = write!(encoded, "{byte:02x}");
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_distinct() {
        assert_eq!(
            stem("open.feishu.cn/cli_a1/user/ou_1"),
            "open.feishu.cn%2fcli_a1%2fuser%2fou_1"
        );
        assert_eq!(stem("../x"), "%2e.%2fx");
        assert_eq!(stem("Ou_1"), "%4fu_1");
        assert_eq!(stem("张"), "%e5%bc%a0");
        assert_eq!(stem(""), "%");
        let (one, other) = (stem(&"k".repeat(300)), stem(&"k".repeat(301)));
        assert_ne!(one, other);
        assert!(one.len() < 160 && one.starts_with("kkk"));
    }
}
