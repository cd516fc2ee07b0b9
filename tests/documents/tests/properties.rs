//! Any Markdown, and any document.

use lark_docx::block::{Block, RichText};
use lark_docx::markdown::{MAX_DEPTH, Options, parse, render};
use lark_docx::v1::TextStyleLanguage as Language;
use lark_docx::v1::{TextElement, TextElementStyle};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::normal::{html, letters_of_markdown, normal};

/// Markdown is made of these; so are its accidents.
pub(crate) const TOKENS: [&str; 52] = [
    "a",
    "B",
    "中",
    "。",
    "“",
    "é",
    " ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\n\n\n",
    "\t",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "`",
    "```",
    "```rust\n",
    "# ",
    "## ",
    "> ",
    "- ",
    "1. ",
    "7) ",
    "- [ ] ",
    "- [x] ",
    "---",
    "===",
    "|",
    "| a | b |\n|---|:-:|\n",
    "[",
    "](",
    ")",
    "![",
    "<b>",
    "</b>",
    "<br>",
    "<!-- x -->",
    "<table><tr><td rowspan=3>",
    "</td><th>",
    "</table>",
    "&amp;",
    "\\",
    "$",
    "$$",
    "[^1]",
    "[^1]: ",
    "> [!NOTE]\n",
    "<!-- lark:begin grid -->\n",
];

fn markdown() -> impl Strategy<Value = String> {
    vec(prop::sample::select(&TOKENS[..]), 0..60).prop_map(|it| it.concat())
}

/// Letters of `markdown` that are not in what its document is written as.
fn lost(markdown: &str) -> Option<(char, String)> {
    let written = render(&parse(markdown).blocks, &Options::new());
    let mut after = letters_of_markdown(&written).into_iter().peekable();
    for letter in letters_of_markdown(markdown) {
        while after.next_if(|it| *it < letter).is_some() {}
        if after.next() != Some(letter) {
            return Some((letter, written));
        }
    }
    None
}

fn style() -> impl Strategy<Value = TextElementStyle> {
    let flags =
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.2));
    flags.prop_map(|(bold, italic, strike, underline, code)| {
        let style = TextElementStyle::new();
        let style = if bold { style.bold(true) } else { style };
        let style = if italic { style.italic(true) } else { style };
        let style = if strike { style.strikethrough(true) } else { style };
        let style = if underline { style.underline(true) } else { style };
        if code { style.inline_code(true) } else { style }
    })
}

fn rich_text() -> impl Strategy<Value = RichText> {
    let words = prop_oneof![
        "[a-z中。“” *_~`$\\\\<>&#|!\\[\\]().:+=-]{1,8}",
        "[a-z ]{1,8}\n[#>+ 0-9.-]{0,4}[a-z]{1,3}",
        Just("https://example.com/a_b?c=*d*".to_owned()),
    ];
    let run = (words, style(), prop::bool::weighted(0.1));
    vec(run, 1..6).prop_map(|runs| {
        runs.into_iter().fold(RichText::new(), |text, (words, style, is_math)| match is_math {
            true => text.equation("x^2"),
            false => text.styled(words, style),
        })
    })
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        rich_text().prop_map(Block::text),
        (1..=9u8, rich_text()).prop_map(|(level, text)| Block::heading(level, text)),
        "[a-z`~ \n]{0,20}".prop_map(|it| Block::code(Language::Rust, it)),
        Just(Block::divider()),
        Just(Block::image("https://example.com/i.png")),
        vec(vec(rich_text(), 2), 1..4).prop_map(Block::table),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let children = vec(inner.clone(), 1..4);
        let item = (rich_text(), vec(inner, 0..3), 0..3);
        prop_oneof![
            children.prop_map(Block::quote_container),
            item.prop_map(|(text, children, kind)| {
                let item = match kind {
                    0 => Block::bullet(text),
                    1 => Block::ordered(text),
                    _ => Block::todo(text, true),
                };
                item.with_children(children)
            }),
        ]
    })
}

/// Every character that is seen, with its style.
fn seen(elements: &[TextElement]) -> Vec<(char, Option<TextElementStyle>)> {
    let of = |it: &TextElement| match &it.text_run {
        Some(run) => (run.content.clone(), run.text_element_style.clone()),
        None => (it.equation.as_ref().and_then(|it| it.content.clone()), None),
    };
    let chars = |it: &TextElement| {
        let (text, style) = of(it);
        let seen: Vec<char> =
            text.unwrap_or_default().chars().filter(|it| !it.is_whitespace()).collect();
        seen.into_iter().map(move |c| (c, style.clone()))
    };
    elements.iter().flat_map(chars).collect()
}

fn texts(blocks: &[Block]) -> Vec<String> {
    let all = |it: &Block| [vec![it.plain_text()], texts(it.children())].concat();
    let joined = blocks.iter().flat_map(all);
    joined.map(|it| it.split_whitespace().collect::<String>()).filter(|it| !it.is_empty()).collect()
}

/// PROPTEST_CASES searches for longer.
pub(crate) fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(500)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn no_text_of_any_markdown_is_lost(markdown in markdown()) {
        prop_assert_eq!(lost(&markdown), None);
    }

    #[test]
    fn no_text_of_any_string_is_lost(markdown in ".{0,80}") {
        prop_assert_eq!(lost(&markdown), None);
    }

    #[test]
    fn what_was_written_once_looks_the_same_for_ever(markdown in markdown()) {
        let once = render(&parse(&markdown).blocks, &Options::new());
        let twice = render(&parse(&once).blocks, &Options::new());
        prop_assert_eq!(normal(&html(&twice)), normal(&html(&once)), "{}", once);
    }

    #[test]
    fn texts_of_documents_come_back_in_their_order(blocks in vec(block(), 1..5)) {
        let markdown = render(&blocks, &Options::new());
        let back = parse(&markdown).blocks;
        prop_assert_eq!(texts(&back), texts(&blocks), "{}", markdown);
    }

    #[test]
    fn styled_texts_come_back_as_they_were(text in rich_text()) {
        let markdown = render(&[Block::text(text.clone())], &Options::new());
        let back = parse(&markdown).blocks;
        prop_assert_eq!(back.len(), 1);
        prop_assert_eq!(back[0].plain_text(), Block::text(text.clone()).plain_text());
        let found = back[0].rich_text().expect("text").elements.clone().expect("elements");
        prop_assert_eq!(seen(&found), seen(text.elements()), "{}", markdown);
    }
}

#[test]
fn a_bottomless_text_is_as_deep_as_the_platform_allows() {
    for marker in ["> ", "- ", "1. "] {
        let parsed = parse(&(marker.repeat(3000) + "end"));
        assert!(
            parsed.losses[0].to_string().contains("nested more than"),
            "{:?}",
            parsed.losses[0]
        );
        let mut depth = 0;
        let mut blocks = parsed.blocks.as_slice();
        while let Some(first) = blocks.first() {
            depth += 1;
            blocks = first.children();
        }
        assert!(depth <= MAX_DEPTH + 1, "{depth}");
    }
}
