//! The examples of CommonMark and GFM: Markdown, document, Markdown, and the HTML of both.

use std::collections::BTreeMap;

use lark_docx::markdown::{Options, parse, render};

use crate::examples::{Example, read};
use crate::normal::{html, letters_of_markdown, normal};

/// Whether an example looks the same after it was a document; otherwise why it does not.
fn verdict(example: &Example) -> Result<(), &'static str> {
    let parsed = parse(&example.markdown);
    let markdown = render(&parsed.blocks, &Options::new());
    let (before, after) = (normal(&example.html), normal(&html(&markdown)));
    if before == after {
        return Ok(());
    }
    let losses: Vec<String> = parsed.losses.iter().map(ToString::to_string).collect();
    Err(reason(&losses, &example.markdown, &before, &after))
}

/// Why an example looks different, by what the parser reports, and else by what differs.
fn reason(losses: &[String], markdown: &str, before: &str, after: &str) -> &'static str {
    let lost = |what: &str| losses.iter().any(|it| it.contains(what));
    let without = |tags: &[&str]| {
        let strip =
            |html: &str| tags.iter().fold(html.to_owned(), |html, tag| html.replace(tag, ""));
        strip(before) == strip(after)
    };
    match () {
        () if lost("a document has no") || lost("a comment") => "HTML is code or text",
        () if lost("title") => "titles of links and images are dropped",
        () if lost("without") => "links without address or text are text",
        () if lost("language") => "code in languages that the platform does not have is plain",
        () if before.contains("<img") => "images within a text are beside it",
        () if before.contains("<table>") || before.contains("<b>") => {
            "HTML of tables and styles is Markdown"
        }
        () if without(&["<p>", "</p>"]) => "lists with blank lines between items have none",
        () if without(&["</ul><ul>", "<ol start=\"3\">", "<ol>", "</ol>"]) => {
            "lists beside each other are one"
        }
        () if without(&["<em>", "</em>"]) || without(&["<strong>", "</strong>"]) => {
            "a style within the same style is one"
        }
        () if markdown.contains("&#10;") => "line feeds by number are line breaks",
        () => "unknown",
    }
}

/// How many examples of a file look the same, and how many do not for which reason.
fn count(file: &str) -> String {
    let examples = read(file);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for example in &examples {
        if let Err(reason) = verdict(example) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let exact = examples.len() - reasons.values().sum::<usize>();
    let mut lines = vec![format!("{exact} of {}", examples.len())];
    lines.extend(reasons.iter().map(|(reason, count)| format!("{count}: {reason}")));
    lines.join("\n")
}

#[test]
fn the_examples_of_commonmark_survive() {
    let expected = "495 of 652
65: HTML is code or text
5: HTML of tables and styles is Markdown
19: a style within the same style is one
4: code in languages that the platform does not have is plain
3: images within a text are beside it
1: line feeds by number are line breaks
6: links without address or text are text
2: lists beside each other are one
11: lists with blank lines between items have none
41: titles of links and images are dropped";
    assert_eq!(count("spec.rs"), expected);
}

#[test]
fn the_examples_of_gfm_survive() {
    assert_eq!(count("gfm_table.rs"), "9 of 9");
    assert_eq!(count("gfm_strikethrough.rs"), "3 of 3");
    assert_eq!(count("gfm_tasklist.rs"), "2 of 2");
}

#[test]
fn no_text_of_the_examples_is_lost() {
    for file in [
        "spec.rs",
        "gfm_table.rs",
        "gfm_strikethrough.rs",
        "gfm_tasklist.rs",
        "footnotes.rs",
        "math.rs",
        "regression.rs",
    ] {
        for example in read(file) {
            let before = letters_of_markdown(&example.markdown);
            let markdown = render(&parse(&example.markdown).blocks, &Options::new());
            let mut after = letters_of_markdown(&markdown).into_iter().peekable();
            for letter in before {
                while after.next_if(|it| *it < letter).is_some() {}
                assert_eq!(after.next(), Some(letter), "{:?}\n{markdown}", example.markdown);
            }
        }
    }
}
