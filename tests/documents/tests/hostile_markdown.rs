//! Markdown of every kind of malice: no text of it is lost, what it became stays the same, and it takes no more
//! memory than its length explains.

use lark_docx::block::Block;
use lark_docx::document;
use lark_docx::markdown::{Options, parse, render};

use crate::hostile::Numbers;
use crate::normal::letters_of_markdown;
use crate::properties::cases;
use crate::round_trips::start;

/// Pieces that mean something to Markdown, HTML or this crate, and characters that nobody sees.
const PIECES: &[&str] = &[
    "a",
    "b c",
    "中文",
    "é",
    "\u{200b}",
    "\u{202e}rtl\u{202c}",
    "\u{feff}",
    "👩\u{200d}👩\u{200d}👧",
    "👍\u{1f3fd}",
    "\u{a0}",
    "\u{3000}",
    "\u{c}",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\\",
    "\\\\",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "```",
    "$",
    "$$",
    "x^2",
    "|",
    "\\|",
    "||",
    "[",
    "]",
    "(",
    ")",
    "[a](b)",
    "[a](<b c> \"t\")",
    "[a](b(c)d)",
    "[a](b\\)c)",
    "![i](u)",
    "![i](u \"t\")",
    "<b>",
    "</b>",
    "<u>",
    "</u>",
    "<br>",
    "<br/>",
    "<!-- c -->",
    "<!--",
    "-->",
    "<table>",
    "<tr>",
    "<td>",
    "<td colspan=2>",
    "<td rowspan=3>",
    "</td>",
    "</tr>",
    "</table>",
    "<th>",
    "<img src=x alt=y>",
    "<math>",
    "</math>",
    "<span data-color=\"red\">",
    "</span>",
    "<script>",
    "</script>",
    "<pre>",
    "</pre>",
    "<div>",
    "</div>",
    "&amp;",
    "&lt;",
    "&#0;",
    "&#32;",
    "&#10;",
    "&nbsp;",
    "&#x1F600;",
    "&",
    "<http://a.b>",
    "<a@b.c>",
    "https://x.y/a_b*c",
    "[^1]",
    "[^1]: note",
    "[ref]",
    "[ref][]",
    "[x][ref]",
    "[ref]: /url \"t\"",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "0. ",
    "1000000000. ",
    "999999999. ",
    "7) ",
    "- [ ] ",
    "- [x] ",
    "[ ] ",
    "> ",
    ">",
    "# ",
    "####### ",
    "###### ",
    "---",
    "===",
    "- - -",
    "    ",
    "\t",
    "  \n",
    "\\\n",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "\r",
    "| a | b |\n| --- | :-: |\n| c |",
    "| a |\n|---|\n",
    ":--",
    "> [!NOTE]\n> ",
    "> [!TIP]",
    "<!-- lark:board {\"board\":{\"token\":\"t\"}} -->",
    "<!-- lark:heading8 -->",
    "<!-- lark:image -->",
    "<!-- lark:begin grid {\"grid\":{\"column_size\":2}} -->",
    "<!-- lark:end grid -->",
    "<!-- lark:begin grid_column {\"grid_column\":{}} -->",
    "<!-- lark:begin bullet -->",
    "<!-- lark:about table {\"table\":{\"property\":{\"header_row\":false}}} -->",
    "<!-- lark:about callout {\"callout\":{\"emoji_id\":\"gift\"}} -->",
    "<!-- lark:empty -->",
    "[t](u \"lark:docx/tok\")",
    "~~~",
    "```rust\n",
    "\n```\n",
    "\n~~~\n",
    "  ",
    " ",
];

/// Pieces in an order that a number determines.
fn text(seed: u64) -> String {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    (0..1 + numbers.below(14)).map(|_| PIECES[numbers.below(PIECES.len())]).collect()
}

/// The first letter of a text that is not in another one.
fn lost(text: &str, written: &str) -> Option<char> {
    let mut after = letters_of_markdown(written).into_iter().peekable();
    letters_of_markdown(text).into_iter().find(|letter| {
        while after.next_if(|it| it < letter).is_some() {}
        after.next() != Some(*letter)
    })
}

fn written(text: &str) -> String {
    render(&parse(text).blocks, &Options::new())
}

fn is_kept(text: &str) {
    let once = written(text);
    assert_eq!(lost(text, &once), None, "{text:?} became {once:?}");
    assert_eq!(written(&once), once, "of {text:?}");
}

#[test]
fn no_piece_beside_another_is_lost_or_changes_twice() {
    (0..u64::from(cases()) * 20).for_each(|seed| is_kept(&text(seed)));
}

#[test]
fn what_was_found_stays_mended() {
    for text in [
        // A box without a text, and what is below it.
        "- [ ] ![y](x)\n\n  - a",
        // White space that Markdown drops at the ends of lines.
        "\u{b}a\u{c}\n\n\u{c}",
        "# a\u{c}",
        // Line breaks of other systems in code.
        "```\na\r\rb\r",
        // Dollar signs at the end of a formula.
        "<math>a$</math>",
        "<math>a\rb</math>",
        // Delimiters of blanks.
        "a***&#32;[b](c)*",
        "b c<b> &#32;<u>d",
        "&#32;\n<b>    c",
        "***\\|* a******",
        // Empty items: a line across the page, or a part of the line above.
        "- - -    <!-- c -->",
        "*   + * \n\na",
        "> [!NOTE]\n> 1. <!-- c -->",
        "> [!NOTE]\n> a\u{a0}",
        "> [!NOTE]\n> + &nbsp;",
    ] {
        is_kept(text);
    }
    assert_eq!(written("a ![i](u) b"), "a\n\n![i](u)\n\nb\n");
    assert_eq!(written("- [ ] ![y](x)"), "- [ ] <!-- lark:empty -->\n\n  ![y](x)\n");
}

#[test]
fn a_short_text_is_no_large_table() {
    let columns = "<td colspan=2000>x</td>".repeat(300);
    let rows = "<tr><td>y</td></tr>".repeat(300);
    let tall = "<td rowspan=2000>x</td>".repeat(2000);
    let wide = format!("|{}\n|{}\n", "a|".repeat(3000), "-|".repeat(3000)) + &"|b\n".repeat(60);
    for text in [
        format!("<table><tr>{columns}</tr>{rows}</table>"),
        format!("<table><tr>{tall}</tr>{}</table>", rows.repeat(7)),
        wide.repeat(20).replace("\n|a", "\n\n|a"),
    ] {
        let parsed = parse(&text);
        let count: usize = parsed.blocks.iter().map(Block::count).sum();
        assert!(count < 2 * (50_000 + 2 * text.len()), "{count} blocks of {} bytes", text.len());
        assert!(parsed.losses.iter().any(|it| it.what.contains("far more cells than texts")));
        assert_eq!(lost(&text, &written(&text)), None);
    }
    // A cell never covers what another one covers.
    let text =
        "<table><tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=3>c</td></tr></table>";
    let table = written(text);
    assert!(table.contains("rowspan=\"2\"") && !table.contains("colspan"), "{table}");
    is_kept(text);
}

/// Of each a megabyte, for which a square of the number of pieces would be minutes or hours.
#[test]
fn a_long_text_is_read_in_one_go() {
    for piece in [
        "<b>x",
        "<b></u>",
        "<math>a",
        "<span data-color=\"red\">x",
        "<table><tr><td>x\n",
        "<!-- lark:begin bullet -->\n\nx\n\n",
        "[^1] ",
        "> ",
        "![a",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let letters = letters_of_markdown(&text).len();
        let found = letters_of_markdown(&written(&text)).len();
        assert!(found >= letters, "{piece}: {found} of {letters} letters");
    }
    let images = "![a".repeat(100_000) + &"](u)".repeat(100_000);
    assert_eq!(lost(&images, &written(&images)), None);
}

#[tokio::test]
async fn every_text_becomes_a_document() {
    let (_sandbox, client) = start().await;
    let stubs = ["# ", "###### <!-- c -->", "<!-- lark:heading8 -->", "a <!-- lark:bullet -->"];
    let broken = [
        "<!-- lark:begin grid {\"grid\":{\"column_size\":2}} -->\n\na\n\n<!-- lark:end grid -->",
        "<!-- lark:begin grid_column {\"grid_column\":{}} -->\n\na",
        "> <!-- lark:about callout {\"callout\":{}} -->\n> a\n>\n> ```\n> code\n> ```",
    ];
    let random = (0..60).map(text);
    for text in stubs.iter().chain(&broken).map(|it| (*it).to_owned()).chain(random) {
        let made = document::from_markdown(&client, &text).edits_per_second(0).await;
        let made = made.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let read = document::to_markdown(&client, &made.document_id).await.expect("exported");
        assert_eq!(lost(&text, &read.markdown), None, "{text:?} became {:?}", read.markdown);
    }
}
