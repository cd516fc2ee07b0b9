//! Markdown that is read piece by piece, so that a long text needs no more memory than itself.
//!
//! The parser keeps a tree of all it was given, twelve times the text. A piece ends before a paragraph or
//! heading at the beginning of a line, where nothing is open: what is before it is parsed with a
//! paragraph of our own behind it, which has to come out as one. Definitions of links may stand
//! anywhere, so those of the whole text are put in front of each piece.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::block::Builder;
use super::{Loss, Parsed};
use crate::block::Block;
use crate::markdown::syntax;

/// Bytes of a piece at least, unless the text ends.
const PIECE: usize = 32 << 10;
/// Bytes of definitions. A text with more of them is a single piece.
const MAX_DEFINITIONS: usize = 16 << 10;
/// What is put behind a piece to see whether anything is open.
const PROBE: &str = "\n\nz\n";

/// Reads the blocks at the top of a text, which it is given each time.
#[derive(Debug)]
pub(crate) struct Reader {
    at: usize,
    smallest: usize,
    /// Definitions of links, as they are written.
    definitions: String,
    builder: Builder,
    ready: std::vec::IntoIter<Block>,
}

impl Reader {
    pub(crate) fn new(text: &str) -> Self {
        Self::with_pieces(text, PIECE)
    }

    fn with_pieces(text: &str, smallest: usize) -> Self {
        let builder = Builder::default();
        let ready = Vec::new().into_iter();
        let mut reader = Self { at: 0, smallest, definitions: String::new(), builder, ready };
        match definitions(text, smallest) {
            Some(definitions) => reader.definitions = definitions,
            None => reader.smallest = usize::MAX,
        }
        reader
    }

    /// The same text from its beginning.
    pub(crate) fn again(&self) -> Self {
        let (smallest, definitions) = (self.smallest, self.definitions.clone());
        let ready = Vec::new().into_iter();
        Self { at: 0, smallest, definitions, builder: Builder::default(), ready }
    }

    /// The next block at the top.
    pub(crate) fn next(&mut self, text: &str) -> Option<Block> {
        loop {
            if let Some(block) = self.ready.next() {
                return Some(block);
            }
            if self.at == text.len() {
                let rest = self.builder.finish();
                if rest.is_empty() {
                    return None;
                }
                self.ready = rest.into_iter();
                continue;
            }
            let piece = piece(text, self.at, self.smallest);
            self.read(&text[piece.clone()]);
            self.at = piece.end;
            self.ready = self.builder.complete().into_iter();
        }
    }

    fn read(&mut self, piece: &str) {
        let with_definitions;
        let (text, start) = match self.definitions.as_str() {
            "" => (piece, 0),
            definitions => {
                with_definitions = format!("{definitions}{piece}");
                (with_definitions.as_str(), definitions.len())
            }
        };
        self.builder.begin(piece);
        for (event, range) in Parser::new_ext(text, syntax()).into_offset_iter() {
            self.builder.event(event, range.start.saturating_sub(start));
        }
    }

    /// What was lost so far.
    pub(crate) fn take_losses(&mut self) -> Vec<Loss> {
        self.builder.take_losses()
    }
}

/// All of a text.
pub(super) fn whole(text: &str) -> Parsed {
    let mut reader = Reader::new(text);
    let blocks = std::iter::from_fn(|| reader.next(text)).collect();
    Parsed { blocks, losses: reader.take_losses() }
}

/// The piece that begins at `at`.
fn piece(text: &str, at: usize, smallest: usize) -> Range<usize> {
    let rest = &text[at..];
    let mut from = smallest;
    while from < rest.len() {
        let Some(end) = candidate(rest, from) else { break };
        if is_closed(&rest[..end]) {
            return at..at + end;
        }
        // Twice as much, so that a text without such places is not looked at again and again.
        from = end * 2;
    }
    at..text.len()
}

/// A line behind a blank one that begins a paragraph or heading, at `from` or later.
fn candidate(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let begins = |c: u8| c.is_ascii_alphabetic() || c == b'#' || !c.is_ascii();
    let mut ends = bytes.iter().enumerate().skip(from).filter(|(_, c)| **c == b'\n').map(|it| it.0);
    ends.find(|end| {
        let is_blank = matches!(bytes[..*end], [.., b'\n'] | [.., b'\n', b'\r']);
        is_blank && bytes.get(end + 1).is_some_and(|c| begins(*c))
    })
    .map(|end| end + 1)
}

/// Whether nothing is open at the end of a piece.
fn is_closed(piece: &str) -> bool {
    let text = format!("{piece}{PROBE}");
    let mut depth = 0_usize;
    let mut is_probe = false;
    for event in Parser::new_ext(&text, syntax()) {
        match &event {
            Event::Start(tag) => {
                is_probe = depth == 0 && *tag == Tag::Paragraph;
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                is_probe &= depth == 0 && *tag == TagEnd::Paragraph;
            }
            Event::Text(text) => is_probe &= &**text == "z",
            _ => is_probe = false,
        }
    }
    is_probe
}

/// The definitions of links of a text, to be put in front of each of its pieces; `None` if it has to be a
/// single one.
fn definitions(text: &str, smallest: usize) -> Option<String> {
    let is_short = text.len() <= smallest;
    // A note that is mentioned in one piece may be defined in another.
    if is_short || text.contains("[^") {
        return if is_short { Some(String::new()) } else { None };
    }
    if !text.contains("]:") {
        return Some(String::new());
    }
    let (mut all, mut known, mut at) = (String::new(), HashSet::new(), 0);
    let mut expected = Vec::new();
    while at < text.len() {
        let piece = piece(text, at, smallest);
        let parser = Parser::new_ext(&text[piece.clone()], syntax());
        let mut found: Vec<_> = parser.reference_definitions().iter().collect();
        found.sort_by_key(|it| it.1.span.start);
        for (label, definition) in found {
            // The first one counts.
            if known.insert(label.to_lowercase()) {
                all.push_str(&text[piece.clone()][definition.span.clone()]);
                all.push('\n');
                expected.push((
                    definition.dest.to_string(),
                    definition.title.as_deref().map(str::to_owned),
                ));
            }
        }
        if all.len() > MAX_DEFINITIONS {
            return None;
        }
        at = piece.end;
    }
    all.push('\n');
    is_same(&all, &expected).then_some(all)
}

/// Whether definitions that were taken out of their text are still those.
fn is_same(text: &str, expected: &[(String, Option<String>)]) -> bool {
    let parser = Parser::new_ext(text, syntax());
    let mut found: Vec<_> = parser.reference_definitions().iter().map(|it| it.1).collect();
    found.sort_by_key(|it| it.span.start);
    let found: Vec<_> = found
        .into_iter()
        .map(|it| (it.dest.to_string(), it.title.as_deref().map(str::to_owned)))
        .collect();
    found == expected && parser.count() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNIPPETS: [&str; 34] = [
        "a paragraph",
        "a paragraph\nof two lines",
        "# a heading",
        "a heading\n===",
        "- one\n- two",
        "- loose\n\n- list",
        "1. one\n2. two",
        "7. seven\n\n   more of it",
        "- with code\n\n  ```rust\n  fn a() {}\n\n  fn b() {}\n  ```",
        "- with an open fence\n\n  ```\n  code",
        "```\ncode\n\nwith blank lines\n\n```",
        "~~~\n```\n\nother fences\n~~~",
        "```",
        "    indented\n\n    code",
        "> a quote\n\n> another",
        "> [!NOTE]\n> an alert",
        "<!-- lark:begin grid {\"grid\":{\"column_size\":2}} -->",
        "<!-- lark:end grid -->",
        "<!-- a comment\n\nof two parts -->",
        "<pre>\n\ntext\n\n</pre>",
        "<div>\n\ntext\n\n</div>",
        "<table><tr><td>\n\na cell\n\n</td></tr></table>",
        "<script>\n\nvar a;",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "<!-- lark:about table {\"table\":{\"property\":{\"header_row\":false}}} -->",
        "see [one] and [Two][ONE] and [x][none]",
        "[one]: https://a.example/1",
        "[one]: https://a.example/2 \"a title\"",
        "> [two]: </an address>\n> 'title'",
        "- [three]:\n  /url",
        "---",
        "中文段落，**重点**",
        "$$x\n\n$$",
        "a hard  \nbreak\r\n\r\nand another line",
    ];

    /// The snippets in an order that a number determines.
    fn text(seed: u64) -> String {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut text = String::new();
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = usize::try_from(state % SNIPPETS.len() as u64).expect("small");
            text.push_str(SNIPPETS[at]);
            text.push_str(if state & 0x700 == 0 { "\n" } else { "\n\n" });
        }
        text
    }

    fn read(text: &str, smallest: usize) -> (Parsed, usize) {
        let mut reader = Reader::with_pieces(text, smallest);
        let (mut blocks, mut pieces, mut at) = (Vec::new(), 0, 0);
        while let Some(block) = reader.next(text) {
            pieces += usize::from(reader.at > at);
            at = reader.at;
            blocks.push(block);
        }
        (Parsed { blocks, losses: reader.take_losses() }, pieces)
    }

    #[test]
    fn pieces_are_the_whole() {
        let mut pieces = 0;
        for seed in 0..400 {
            let text = text(seed);
            let whole = read(&text, usize::MAX).0;
            for smallest in [1, 40, 200] {
                let (parsed, count) = read(&text, smallest);
                assert_eq!(parsed.losses, whole.losses, "{seed}, {smallest}: {text}");
                assert!(parsed == whole, "{seed}, {smallest}: {text}");
                pieces += count;
            }
        }
        assert!(pieces > 2_000, "only {pieces} pieces");
    }

    #[test]
    fn what_has_to_be_whole_is() {
        let notes = format!("a[^1]\n\n{}[^1]: b\n", "text\n\n".repeat(100));
        assert_eq!(read(&notes, 10).1, 1);
        let many: String = (0..2000).map(|n| format!("[{n}]: /url/{n}\n\ntext\n\n")).collect();
        assert_eq!(read(&many, 10).1, 1);
    }
}
