//! Links, images and mentions within a line.

use super::Form;
use crate::content::at_tag::tag;
use crate::content::escape::attribute;

/// What links to people and files of the platform begin with, in Markdown of this SDK.
const SCHEME: &str = "lark:";
/// Keys of uploaded images.
const IMAGE_KEY: &str = "img_";

/// How a line is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) form: Form,
    /// Whether somebody may be mentioned.
    pub(super) mentions: bool,
}

/// A line as the form has it: images that are not uploaded are links, links to people are mentions if they
/// are allowed, and other links that clients cannot open are texts. Code stays.
pub(super) fn line(line: &str, style: Style) -> String {
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let taken = match c {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '`' => code_span(rest),
            '!' if rest[1..].starts_with('[') => match Link::read(&rest[1..]) {
                Some(link) => {
                    image(&link, style, &mut out);
                    at += 1 + link.bytes;
                    continue;
                }
                None => 1,
            },
            '[' => match Link::read(rest) {
                Some(link) if link.target.starts_with(SCHEME) => {
                    person(&link, style, &mut out);
                    at += link.bytes;
                    continue;
                }
                _ => 1,
            },
            '<' if style.mentions => match tag(rest, 0) {
                Some(tag) => {
                    mention(tag.id, tag.name, style, &mut out);
                    at += tag.end;
                    continue;
                }
                None => 1,
            },
            c => c.len_utf8(),
        };
        out.push_str(&rest[..taken]);
        at += taken;
    }
    out
}

/// Whether a line shows an uploaded image.
pub(super) fn has_image(line: &str) -> bool {
    line.match_indices("![").any(|(at, _)| {
        Link::read(&line[at + 1..]).is_some_and(|link| link.target.starts_with(IMAGE_KEY))
    })
}

/// The bytes of a code span, or of the backticks that begin none.
fn code_span(text: &str) -> usize {
    let run = text.bytes().take_while(|it| *it == b'`').count();
    let mut at = run;
    while let Some(start) = text[at..].find('`').map(|it| at + it) {
        let length = text[start..].bytes().take_while(|it| *it == b'`').count();
        if length == run {
            return start + length;
        }
        at = start + length;
    }
    run
}

fn image(link: &Link<'_>, style: Style, out: &mut String) {
    let Link { text, target, inside, .. } = *link;
    match (style.form, target.starts_with(IMAGE_KEY)) {
        (Form::Card, true) => out.push_str(&format!("![{text}]({inside})")),
        (Form::Post, true) => out.push_str(text),
        _ if target.starts_with(SCHEME) || target.is_empty() => out.push_str(text),
        _ if text.trim().is_empty() => out.push_str(&format!("[{target}]({inside})")),
        _ => out.push_str(&format!("[{text}]({inside})")),
    }
}

/// A link to somebody or something of the platform.
fn person(link: &Link<'_>, style: Style, out: &mut String) {
    let id = link.target.strip_prefix("lark:user/");
    match (id, link.text.strip_prefix('@')) {
        (Some(id), Some(name)) if style.mentions && !id.is_empty() => {
            mention(id, &name.replace('\\', ""), style, out);
        }
        _ => out.push_str(&line_without_mentions(link.text, style)),
    }
}

fn line_without_mentions(text: &str, style: Style) -> String {
    line(text, Style { mentions: false, ..style })
}

fn mention(id: &str, name: &str, style: Style, out: &mut String) {
    let id = attribute(id);
    out.push_str(&match style.form {
        Form::Post => {
            let name = name.replace(['<', '>'], "");
            format!("<at user_id=\"{id}\">{name}</at>")
        }
        Form::Card if id.contains(',') => format!("<at ids={id}></at>"),
        Form::Card if id.contains('@') => format!("<at email={id}></at>"),
        Form::Card => format!("<at id={}></at>", id.replace(char::is_whitespace, "")),
    });
}

/// A link, `[text](target)`.
#[derive(Clone, Copy)]
struct Link<'a> {
    text: &'a str,
    target: &'a str,
    /// The target, and a title.
    inside: &'a str,
    /// Bytes of all of it.
    bytes: usize,
}

impl<'a> Link<'a> {
    /// The link that a text begins with.
    fn read(text: &'a str) -> Option<Self> {
        let label = bracketed(text, '[', ']')?;
        let behind = &text[label.len() + 2..];
        let inside = bracketed(behind, '(', ')')?;
        let target = inside.trim();
        let target = match target.strip_prefix('<').and_then(|it| it.split_once('>')) {
            Some((target, _)) => target,
            None => target.split_whitespace().next().unwrap_or_default(),
        };
        let bytes = label.len() + inside.len() + 4;
        Some(Self { text: label, target, inside, bytes })
    }
}

/// More brackets within brackets are none: looking for the ends of all would take long.
const MAX_DEPTH: usize = 32;

/// What is between a bracket and its counterpart.
fn bracketed(text: &str, open: char, close: char) -> Option<&str> {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if at == 0 && c != open {
            return None;
        }
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            c if c == open && depth == MAX_DEPTH => return None,
            c if c == open => depth += 1,
            c if c == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[1..at]);
        }
    }
    None
}
