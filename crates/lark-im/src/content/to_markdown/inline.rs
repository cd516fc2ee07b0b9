//! Texts with mentions, and the elements of a line.

use super::escape::{Paragraph, label, link, link_target};
use crate::content::at_tag::next_tag;
use crate::content::mentions::{Mentioned, Mentions};
use crate::content::{PostElement, TextStyle, words};

/// Adds a text in which people are mentioned by keys.
pub(super) fn text(paragraph: &mut Paragraph, text: &str, mentions: &Mentions) {
    let mut end = 0;
    for (at, mentioned) in mentions.places(text) {
        paragraph.text(&text[end..at]);
        paragraph.markdown(&mention(mentioned));
        end = at + mentioned.key.len();
    }
    paragraph.text(&text[end..]);
}

/// Markdown of a message: tags and keys that mention people are links to them.
pub(super) fn markdown(markdown: &str, mentions: &Mentions) -> String {
    let mut out = String::new();
    let mut end = 0;
    while let Some(tag) = next_tag(markdown, end) {
        out.push_str(&keys(&markdown[end..tag.start], mentions));
        let people: Vec<_> = tag.id.split(',').map(|id| tagged(id, tag.name, mentions)).collect();
        out.push_str(&people.join(" "));
        end = tag.end;
    }
    out.push_str(&keys(&markdown[end..], mentions));
    out
}

/// A link to somebody whom a tag names by an id or a key.
fn tagged(id: &str, name: &str, mentions: &Mentions) -> String {
    match mentions.by_id(id).or_else(|| mentions.by_key(id)) {
        Some(known) if name.is_empty() || !known.name.is_empty() => mention(known),
        _ => person(id, if name.is_empty() { id } else { name }),
    }
}

fn keys(text: &str, mentions: &Mentions) -> String {
    let (mut out, mut end) = (String::new(), 0);
    for (at, mentioned) in mentions.places(text) {
        out.push_str(&text[end..at]);
        out.push_str(&mention(mentioned));
        end = at + mentioned.key.len();
    }
    out.push_str(&text[end..]);
    out
}

/// A link to somebody who is mentioned. Who has neither an id nor a name is the key.
fn mention(mentioned: &Mentioned) -> String {
    let (id, name) = (mentioned.any_id(), mentioned.name.as_str());
    match (id, name.is_empty()) {
        ("all", true) => person("all", "all"),
        ("", true) => label(&mentioned.key),
        ("", false) => label(&format!("@{name}")),
        (id, true) => person(id, id),
        (id, false) => person(id, name),
    }
}

/// A link to somebody.
pub(super) fn person(id: &str, name: &str) -> String {
    let name = name.trim_start_matches('@');
    format!("[@{}]({})", label(name), link_target(&format!("lark:user/{id}")))
}

/// Adds an element of a line; `next` is the element behind it.
pub(super) fn element(
    paragraph: &mut Paragraph,
    element: &PostElement,
    next: Option<&PostElement>,
    mentions: &Mentions,
) {
    match element {
        PostElement::Text { text: it, styles } if styles.is_empty() => {
            text(paragraph, it, mentions)
        }
        PostElement::Text { text: it, styles } => {
            for (n, line) in it.split('\n').enumerate() {
                if n > 0 {
                    paragraph.text("\n");
                }
                // Delimiters do not open before blanks, nor close behind them.
                let mut inner = Paragraph::default();
                text(&mut inner, line.trim(), mentions);
                let before = line.len() - line.trim_start().len();
                let behind = &line[before + line.trim().len()..];
                paragraph.text(&line[..before]);
                let follows = behind.chars().next().or_else(|| first_char(next));
                styled(paragraph, &inner.finish(), styles, follows);
                paragraph.text(behind);
            }
        }
        PostElement::Link { text, href, styles } => {
            let shown = if text.trim().is_empty() { href } else { text };
            styled(paragraph, &link(shown, href), styles, first_char(next));
        }
        PostElement::At { user_id, user_name, styles } => {
            let known = mentions.by_key(user_id).map(mention);
            let name = if user_name.is_empty() { user_id } else { user_name };
            let shown = known.unwrap_or_else(|| match user_id.strip_prefix("@_") {
                Some("all") => person("all", "all"),
                Some(_) => label(&format!("@{}", name.trim_start_matches('@'))),
                None => person(user_id, name),
            });
            styled(paragraph, &shown, styles, first_char(next));
        }
        PostElement::Image { image_key } => paragraph.markdown(&image("", image_key)),
        PostElement::Media { file_key, file_name, .. } => {
            paragraph.markdown(&file("video", file_key, file_name));
        }
        PostElement::Emotion { emoji_type } => paragraph.text(&format!(":{emoji_type}:")),
        PostElement::CodeBlock { text, .. } => paragraph.text(text),
        PostElement::Rule => paragraph.markdown("\n---\n"),
        PostElement::Markdown { text } => paragraph.markdown(&markdown(text, mentions)),
        PostElement::Other(value) => paragraph.text(&words::of(value).join(" ")),
    }
}

/// An image that is in the message.
pub(super) fn image(alt: &str, key: &str) -> String {
    let alt = if alt.trim().is_empty() { "image" } else { alt };
    format!("!{}", link(alt, &format!("lark:image/{key}")))
}

/// A file of the message, by its kind and name.
pub(super) fn file(kind: &str, key: &str, name: &str) -> String {
    let shown = if name.trim().is_empty() { kind } else { name };
    link(shown, &format!("lark:{kind}/{key}"))
}

/// What an element begins with, as delimiters before it see it.
fn first_char(element: Option<&PostElement>) -> Option<char> {
    match element? {
        PostElement::Text { text, styles } if styles.is_empty() => text.chars().next(),
        PostElement::Emotion { .. } => Some(':'),
        PostElement::Rule => None,
        _ => Some('['),
    }
}

/// Adds Markdown within the delimiters of its styles, or within tags where those would not open or
/// close.
fn styled(paragraph: &mut Paragraph, inner: &str, styles: &[TextStyle], next: Option<char>) {
    if inner.is_empty() {
        return;
    }
    let has = |style: TextStyle| styles.contains(&style);
    let is_nested = has(TextStyle::LineThrough) && (has(TextStyle::Bold) || has(TextStyle::Italic));
    let is_mark = |c: char| !c.is_alphanumeric();
    let last = paragraph.last();
    let opens = is_edge(last) || !(is_nested || inner.starts_with(is_mark));
    let closes = is_edge(next) || !(is_nested || inner.ends_with(is_mark));
    let is_delimiter = |c: Option<char>| matches!(c, Some('*' | '~' | '_'));
    let is_plain = opens && closes && !is_delimiter(last) && !is_delimiter(next);
    let mut out = inner.to_owned();
    let marks = [
        (TextStyle::Italic, "*", "i"),
        (TextStyle::Bold, "**", "b"),
        (TextStyle::LineThrough, "~~", "s"),
    ];
    for (style, mark, tag) in marks {
        if has(style) {
            out = match is_plain {
                true => format!("{mark}{out}{mark}"),
                false => format!("<{tag}>{out}</{tag}>"),
            };
        }
    }
    if has(TextStyle::Underline) {
        out = format!("<u>{out}</u>");
    }
    paragraph.markdown(&out);
}

/// Whether delimiters beside it open and close whatever they enclose.
fn is_edge(c: Option<char>) -> bool {
    const PUNCTUATION: &str = "，。、；：？！“”‘’（）《》【】…—";
    c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation() || PUNCTUATION.contains(c))
}
