//! Tags and entities.

use crate::markdown::comment::snake_case;
use crate::v1::{TextColor, TextElementStyleBackgroundColor as Background};

/// A tag.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    pub(super) is_end: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Reads a tag at the beginning of a text, and how long it is.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        let rest = text.strip_prefix('<')?;
        let is_end = rest.starts_with('/');
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let name_end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (name, mut rest) = rest.split_at(name_end);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                let name = name.to_ascii_lowercase();
                return Some((Self { name, is_end, attributes }, text.len() - after.len()));
            }
            if let Some(after) = rest.strip_prefix('/') {
                rest = after;
                continue;
            }
            let is_key_end = |c: char| c.is_whitespace() || "=>/\"'<".contains(c);
            let (key, after) = rest.split_at(rest.find(is_key_end)?);
            if key.is_empty() {
                return None;
            }
            let after = after.trim_start();
            let (value, after) = match after.strip_prefix('=') {
                None => ("", after),
                Some(after) => value(after.trim_start())?,
            };
            attributes.push((key.to_ascii_lowercase(), unescape(value)));
            rest = after;
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The colour of the text within.
    pub(super) fn text_color(&self) -> Option<TextColor> {
        let name = self.attribute("data-color")?;
        (1..=15).map(TextColor::from).find(|it| snake_case(it) == name)
    }

    /// The colour behind the text within.
    pub(super) fn background_color(&self) -> Option<Background> {
        let name = self.attribute("data-background")?;
        (1..=15).map(Background::from).find(|it| snake_case(it) == name)
    }
}

fn value(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            return rest.split_once(quote);
        }
    }
    Some(text.split_at(text.find(|c: char| c.is_whitespace() || c == '>')?))
}

/// The entities that HTML itself needs, and numbers.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest[1..].split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|it| u32::from_str_radix(it, 16));
        return hex.unwrap_or_else(|| number.parse()).ok().and_then(char::from_u32);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_their_attributes() {
        let (tag, length) = Tag::read("<TD colspan=2 title='a>b' hidden>x").expect("a tag");
        assert_eq!((tag.name.as_str(), length), ("td", 33));
        assert_eq!(tag.attribute("colspan"), Some("2"));
        assert_eq!(tag.attribute("title"), Some("a>b"));
        assert_eq!(tag.attribute("hidden"), Some(""));
        assert!(Tag::read("</u>").expect("a tag").0.is_end);
        for broken in ["<", "<1>", "<a", "<a =>", "<a b=\"c>", "< a>"] {
            assert_eq!(Tag::read(broken), None, "{broken}");
        }
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(
            unescape("a &amp;&lt; &#42;&#x2a; &unknown; & &#xD800;"),
            "a &< ** &unknown; & &#xD800;"
        );
    }
}
