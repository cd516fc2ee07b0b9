//! The `User-Agent` header.

use http::HeaderValue;

/// The `User-Agent` without a tag.
pub(crate) const AGENT: &str = concat!("lark-rs/", env!("CARGO_PKG_VERSION"));

/// Longest tag, in characters, as in the platform's own SDKs.
const LONGEST: usize = 64;

/// The `User-Agent`, followed by the user's tag, if there is one.
pub(crate) fn user_agent(tag: &str) -> HeaderValue {
    if tag.is_empty() {
        return HeaderValue::from_static(AGENT);
    }
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let tag = tag.chars().take(LONGEST).map(|c| if is_plain(&c) { c } else { '_' });
    let mut text = format!("{AGENT} ");
    text.extend(tag);
    HeaderValue::try_from(text).expect("only letters, digits and . _ - / and a blank")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_made_fit_for_a_header() {
        let long = "x".repeat(65);
        for (tag, shown) in [
            ("", ""),
            ("my app/1\r\n", " my_app_1__"),
            ("机-a.b_c", " _-a.b_c"),
            (&long, &format!(" {}", &long[..64])),
        ] {
            assert_eq!(user_agent(tag), format!("{AGENT}{shown}"));
        }
    }
}
