//! Text with its marks.

use crate::block::Block;
use crate::markdown::comment::snake_case;
use crate::markdown::{Options, parse};
use crate::v1::Text;

use super::escape::{Literal, code_span, html, link_target};
use super::pieces::{Content, Mark, Piece, pieces};

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// A text as Markdown, on lines of its own.
///
/// Whether a delimiter opens or closes depends on what is around it, and Chinese texts without
/// spaces meet every exception. So what is written is read again; where that is not the same, tags
/// take the place of delimiters.
pub(super) fn inline(text: &Text, place: Place, options: &Options) -> String {
    let pieces = pieces(text, options);
    let markdown = Writer { place, tags: false }.write(&pieces);
    let is_plain = |it: &Piece| match &it.content {
        Content::Text(text) => it.marks.is_empty() && text.chars().all(is_harmless),
        _ => false,
    };
    if pieces.iter().all(is_plain) || reads_as(&markdown, text, place, options) {
        return markdown;
    }
    Writer { place, tags: true }.write(&pieces)
}

fn is_harmless(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | ',' | '.' | ';' | '?' | '(' | '"' | '\'' | '/')
}

fn reads_as(markdown: &str, text: &Text, place: Place, options: &Options) -> bool {
    let framed = match place {
        Place::Paragraph => markdown.to_owned(),
        Place::Heading => format!("# {markdown}"),
        Place::Cell => format!("| {markdown} |\n| --- |"),
    };
    let parsed = parse(&framed);
    let [block] = parsed.blocks.as_slice() else { return false };
    let read = match (place, block.children()) {
        (Place::Cell, [cell]) => cell.children().first().and_then(Block::rich_text),
        (Place::Cell, _) => None,
        _ => block.rich_text(),
    };
    read.is_some_and(|read| shape(&read, options) == shape(text, options))
}

/// What must be the same: every character that is seen, with its marks, and the white space.
fn shape(text: &Text, options: &Options) -> (String, Vec<(char, Vec<Mark>)>) {
    let mut all = String::new();
    let mut seen = Vec::new();
    for piece in pieces(text, options) {
        let (Content::Text(text)
        | Content::Code(text)
        | Content::Math(text)
        | Content::Markdown(text)) = &piece.content;
        all.push_str(text);
        let is_seen = |c: &char| !c.is_whitespace();
        seen.extend(text.chars().filter(is_seen).map(|c| (c, piece.marks.clone())));
    }
    (all, seen)
}

/// A range of pieces.
#[derive(Clone, Copy)]
struct Span {
    at: usize,
    end: usize,
    /// Whether it is behind the beginning of a mark.
    is_inner: bool,
}

struct Writer {
    place: Place,
    /// Whether marks are tags, which mean the same whatever is around them.
    tags: bool,
}

impl Writer {
    fn write(&self, pieces: &[Piece]) -> String {
        let mut out = String::new();
        let all = Span { at: 0, end: pieces.len(), is_inner: false };
        self.run(pieces, all, &[], &mut out);
        out
    }

    /// Writes the pieces of a span, inside of the marks `open`.
    fn run(&self, pieces: &[Piece], span: Span, open: &[Mark], out: &mut String) {
        let Span { mut at, end, is_inner } = span;
        while at < end {
            // The mark that goes on for longest is the outermost.
            let extent = |mark: &Mark| {
                let rest = &pieces[at..end];
                rest.iter().take_while(|it| it.marks.contains(mark)).count()
            };
            let new = pieces[at].marks.iter().filter(|mark| !open.contains(mark));
            let longest = new
                .map(|mark| (extent(mark), mark))
                .reduce(|best, it| if it.0 > best.0 { it } else { best });
            let Some((count, mark)) = longest else {
                let is_line_start = out.ends_with('\n') || (out.is_empty() && !is_inner);
                self.content(&pieces[at].content, is_line_start, at + 1 == pieces.len(), out);
                at += 1;
                continue;
            };
            let mut inner = String::new();
            let inside: Vec<Mark> = open.iter().chain([mark]).cloned().collect();
            let span = Span { at, end: at + count, is_inner: true };
            self.run(pieces, span, &inside, &mut inner);
            self.enclose(mark, &inner, out);
            at += count;
        }
    }

    fn content(&self, content: &Content, is_line_start: bool, is_last: bool, out: &mut String) {
        let in_cell = self.place == Place::Cell;
        match content {
            Content::Text(text) => {
                let line_break = match self.place {
                    Place::Paragraph if !self.tags => "\\\n",
                    _ => "<br>",
                };
                let literal = Literal::new(text)
                    .at_line_start(is_line_start)
                    .at_block_end(is_last)
                    .in_cell(in_cell)
                    .line_break(line_break)
                    .all(self.tags);
                out.push_str(&literal.to_string());
            }
            Content::Code(code) if self.tags || code.contains('\n') => {
                out.push_str(&format!("<code>{}</code>", html(code)));
            }
            Content::Code(code) => out.push_str(&code_span(code, in_cell)),
            Content::Math(latex) => out.push_str(&math(latex, in_cell, self.tags)),
            Content::Markdown(markdown) => out.push_str(markdown),
        }
    }

    fn enclose(&self, mark: &Mark, inner: &str, out: &mut String) {
        let delimiter = match mark {
            Mark::Link(url) => {
                let target = link_target(url);
                out.push_str(&format!("[{inner}]({target})"));
                return;
            }
            Mark::Color(..) | Mark::Underline => "",
            Mark::Bold => "**",
            Mark::Strikethrough => "~~",
            // Beside a `*` it would be taken for a part of it.
            Mark::Italic
                if out.ends_with('*') || inner.starts_with('*') || inner.ends_with('*') =>
            {
                "_"
            }
            Mark::Italic => "*",
        };
        if delimiter.is_empty() || self.tags {
            let (begin, end) = tag(mark);
            out.push_str(&format!("{begin}{inner}{end}"));
            return;
        }
        // A delimiter beside white space is none.
        let core = inner.trim_matches(' ');
        let (before, after) = match inner.split_once(core) {
            Some(edges) if !core.is_empty() => edges,
            _ => return out.push_str(inner),
        };
        out.push_str(&format!("{before}{delimiter}{core}{delimiter}{after}"));
    }
}

fn tag(mark: &Mark) -> (String, &'static str) {
    let (begin, end) = match mark {
        Mark::Bold => ("<strong>", "</strong>"),
        Mark::Italic => ("<em>", "</em>"),
        Mark::Strikethrough => ("<del>", "</del>"),
        Mark::Underline => ("<u>", "</u>"),
        Mark::Link(_) => ("", ""),
        Mark::Color(text, background) => {
            let mut begin = String::from("<span");
            if let Some(color) = text {
                begin.push_str(&format!(" data-color=\"{}\"", snake_case(color)));
            }
            if let Some(color) = background {
                begin.push_str(&format!(" data-background=\"{}\"", snake_case(color)));
            }
            return (begin + ">", "</span>");
        }
    };
    (begin.to_owned(), end)
}

fn math(latex: &str, in_cell: bool, tags: bool) -> String {
    let latex = latex.trim();
    let is_unsafe = latex.contains(['$', '\n']) || latex.ends_with('\\') || latex.is_empty();
    if tags || is_unsafe || (in_cell && latex.contains('|')) {
        return format!("<math>{}</math>", html(latex));
    }
    format!("${latex}$")
}
