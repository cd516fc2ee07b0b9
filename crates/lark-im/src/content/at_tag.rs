//! `<at>` tags: how Markdown and texts name people.

/// An `<at>` tag, with the name up to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AtTag<'a> {
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Where the text goes on.
    pub(super) end: usize,
    /// An id, `all`, or ids with commas between them.
    pub(super) id: &'a str,
    /// What stands between the tags; may be empty.
    pub(super) name: &'a str,
}

/// Attributes that name somebody: of texts and posts, and of cards.
const ATTRIBUTES: [&str; 4] = ["user_id=", "ids=", "id=", "email="];

/// The first tag from `from` on. Tags without an id are none.
pub(super) fn next_tag(text: &str, from: usize) -> Option<AtTag<'_>> {
    let starts = text[from..].match_indices("<at").map(|(at, _)| from + at);
    starts.filter_map(|start| tag(text, start)).next()
}

/// The tag at a place of a text.
pub(super) fn tag(text: &str, start: usize) -> Option<AtTag<'_>> {
    let rest = text[start..].strip_prefix("<at")?;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let inside = &rest[..rest.find(['<', '>'])?];
    let behind = rest[inside.len()..].strip_prefix('>')?;
    let id = ATTRIBUTES.iter().find_map(|name| attribute(inside, name))?;
    let name = behind.find(['<', '\n']).filter(|_| !inside.ends_with('/'));
    let name = name.filter(|at| behind[*at..].starts_with("</at>")).map(|at| &behind[..at]);
    let end = text.len() - behind.len() + name.map_or(0, |name| name.len() + "</at>".len());
    Some(AtTag { start, end, id, name: name.unwrap_or_default() })
}

/// The value of an attribute, with or without quotes.
fn attribute<'a>(inside: &'a str, name: &str) -> Option<&'a str> {
    let mut places = inside.match_indices(name).map(|(at, _)| at);
    let at = places.find(|at| inside[..*at].ends_with(char::is_whitespace))?;
    let value = &inside[at + name.len()..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next()?,
        None => value.split(|c: char| c.is_whitespace() || c == '/').next()?,
    };
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_found_with_their_names() {
        for (text, id, name, rest) in [
            (r#"<at user_id="ou_1">Tom Lee</at>!"#, "ou_1", "Tom Lee", "!"),
            ("<at id=ou_1></at> hi", "ou_1", "", " hi"),
            ("<at id='all'></at>", "all", "", ""),
            ("<at id=ou_1/> hi", "ou_1", "", " hi"),
            ("<at email=a@b.example> <b>x</b>", "a@b.example", "", " <b>x</b>"),
            ("<at ids=ou_1,ou_2></at>", "ou_1,ou_2", "", ""),
        ] {
            let text = format!("中 {text}");
            let tag = next_tag(&text, 0).expect("a tag");
            assert_eq!((tag.start, tag.id, tag.name, &text[tag.end..]), (4, id, name, rest));
        }
        for text in ["<attr id=1>", "<at>", "<at id=>", "<at id=1", "<at <b id=1>", "< at id=1>"] {
            assert_eq!(next_tag(text, 0), None, "{text}");
        }
    }
}
