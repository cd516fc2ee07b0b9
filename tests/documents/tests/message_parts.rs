//! Markdown as messages: every part is within the limits, and all parts together are the whole text.

use lark_im::content::card::MAX_CARD_TABLES;
use lark_im::content::{
    Content, MAX_CUSTOM_BOT_BODY_BYTES, MAX_RICH_BYTES, MarkdownMessages, Mentions, ReceivedContent,
};
use lark_im::v1::message;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::properties::{TOKENS, cases};
use crate::round_trips::start;

const MODEL: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// The Markdown of each row of a post, or of each element of a card.
fn rows(part: &Content) -> Vec<String> {
    let json: Value = serde_json::from_str(part.content()).expect("JSON");
    let text = |it: &Value| it["text"].as_str().or(it["content"].as_str()).map(str::to_owned);
    let rows: Vec<_> = match part.msg_type() {
        "post" => json["zh_cn"]["content"].as_array().into_iter().flatten().collect(),
        _ => vec![&json["body"]["elements"]],
    };
    let elements = rows.iter().flat_map(|row| row.as_array().into_iter().flatten());
    elements.map(|it| text(it).expect("Markdown")).collect()
}

fn texts(parts: &[Content]) -> Vec<String> {
    parts.iter().map(|part| rows(part).join("\n\n")).collect()
}

/// What is wrong with the size of a part.
fn beyond(part: &Content, max_bytes: usize) -> Option<String> {
    // As a string in the body of a request.
    let bytes = Value::from(part.content()).to_string().len();
    let check = part.check().err().map(|error| error.to_string());
    check.or((bytes > max_bytes).then(|| format!("{bytes} bytes instead of {max_bytes}")))
}

/// The first letter of a text that is not in another, in its order.
fn lost(text: &str, parts: &[String]) -> Option<(usize, char)> {
    let mut found = parts.iter().flat_map(|part| part.chars());
    let letters = text.char_indices().filter(|(_, c)| c.is_alphanumeric());
    letters.into_iter().find(|(_, letter)| !found.any(|c| c == *letter))
}

/// All code of a text, with its language, and the cells of its tables.
fn code_and_cells(markdown: &str) -> (Vec<(String, String)>, Vec<String>) {
    let (mut code, mut cells) = (Vec::new(), Vec::new());
    let (mut in_code, mut in_body) = (false, false);
    for event in Parser::new_ext(markdown, MODEL) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => "indented".to_owned(),
                };
                in_code = true;
                code.push((language, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::TableRow) => in_body = true,
            Event::End(TagEnd::TableRow) => in_body = false,
            Event::Start(Tag::TableCell) if in_body => cells.push(String::new()),
            Event::Text(text) if in_code => code.last_mut().expect("begun").1.push_str(&text),
            Event::Text(text) if in_body => cells.last_mut().expect("begun").push_str(&text),
            _ => {}
        }
    }
    (code, cells)
}

#[test]
fn the_form_is_the_one_that_shows_the_markdown() {
    for (text, form) in [
        ("**bold**, `code`, [link](https://a.example)\n\n- item\n\n> quote", "post"),
        ("```md\n# no heading\n| a |\n|---|\n```", "post"),
        ("# Title\n\ntext", "interactive"),
        ("Title\n=====\n\ntext", "interactive"),
        ("| a |\n|---|\n| 1 |", "interactive"),
        ("see ![chart](img_v3_1)", "interactive"),
        ("see ![chart](https://a.example/c.png)", "post"),
    ] {
        let parts = Content::markdown(text).parts();
        assert_eq!((parts.len(), parts[0].msg_type()), (1, form), "{text}");
    }
    for blank in ["", "  \n\n\t", "\r\n"] {
        assert_eq!(Content::markdown(blank).title("T").parts(), [], "{blank:?}");
    }
}

#[test]
fn each_fence_is_a_row_of_a_post() {
    let text =
        "before\n```rust\nlet a = 1;\n\nlet b = 2;\n```\nafter\n\n- item\n  ```\n  code\n  ```";
    let parts = Content::markdown(text).title("T").parts();
    assert_eq!(
        rows(&parts[0]),
        [
            "before",
            "```rust\nlet a = 1;\n\nlet b = 2;\n```",
            "after\n\n- item\n  ```\n  code\n  ```"
        ]
    );
    assert!(parts[0].content().contains(r#""title":"T""#));
}

#[test]
fn a_fence_that_is_cut_goes_on_with_its_language() {
    for (before, opening, closing, line_prefix) in [
        ("", "```rust", "```", ""),
        ("", "~~~~rust", "~~~~", ""),
        ("", "> ```rust", "> ```", "> "),
        ("1. item\n", "   ```rust", "   ```", "   "),
        ("", "- ```rust", "  ```", "  "),
    ] {
        let code: Vec<String> = (0..4_000).map(|n| format!("let a{n} = \"{n}\";")).collect();
        let lines: String = code.iter().map(|it| format!("{line_prefix}{it}\n")).collect();
        let text = format!("{before}{opening}\n{lines}{closing}\n\nend");
        let parts = texts(&Content::markdown(&text).parts());
        assert!((4..=7).contains(&parts.len()), "{opening}: {} parts", parts.len());
        let mut found = String::new();
        for part in &parts {
            for (language, code) in code_and_cells(part).0 {
                assert_eq!(language, "rust", "{opening}\n{}", &part[..100]);
                found.push_str(&code);
            }
        }
        assert_eq!(found, code.join("\n") + "\n", "{opening}");
    }
}

#[test]
fn a_table_that_is_cut_has_its_heading_again() {
    let rows: String = (0..3_000).map(|n| format!("| {n} | name {n} |\n")).collect();
    let text = format!("# Report\n\n| id | name |\n|---:|------|\n{rows}\nend");
    let parts = Content::markdown(text).parts();
    assert!((3..=6).contains(&parts.len()), "{} parts", parts.len());
    let parts = texts(&parts);
    assert!(parts.iter().all(|part| part.contains("| id | name |\n|---:|------|\n")));
    let cells: Vec<String> = parts.iter().flat_map(|part| code_and_cells(part).1).collect();
    let all = (0..3_000).flat_map(|n| [n.to_string(), format!("name {n}")]);
    assert_eq!(cells, all.collect::<Vec<_>>());
}

#[test]
fn a_message_has_five_tables_at_most_and_headings_stay_with_theirs() {
    let tables = (1..=12).map(|n| format!("## Table {n}\n\n| {n} |\n|---|\n| cell |\n\n"));
    let parts = texts(&Content::markdown(tables.collect::<String>()).parts());
    let heads = |part: &String| part.matches("|---|").count();
    assert_eq!(parts.iter().map(heads).collect::<Vec<_>>(), [5, 5, 2]);
    assert!(parts[1].starts_with("## Table 6\n"), "{}", parts[1]);
    assert!(parts[2].starts_with("## Table 11\n"), "{}", parts[2]);
}

#[test]
fn what_begins_in_a_list_is_no_code() {
    let items = (0..2_000).map(|n| match n % 3 {
        0 => format!("- item {n}\n"),
        1 => format!("    - inner {n}\n"),
        _ => format!("        - innermost {n}\n\n          with a text\n"),
    });
    let text: String = items.collect();
    let parts = texts(&Content::markdown(&text).max_bytes(4_000).parts());
    assert!(parts.len() > 10);
    assert_eq!(lost(&text, &parts), None);
    for part in &parts {
        assert_eq!(code_and_cells(part).0, [], "{part}");
    }
}

#[test]
fn nobody_is_mentioned_unless_it_is_allowed() {
    let text = "@_all <at user_id=\"all\"></at> <at id=ou_1>Tom</at> [@Ann Lee](lark:user/ou_2) [@all](lark:user/all) `<at id=ou_3></at>`";
    let part = &Content::markdown(text).parts()[0];
    let shown = rows(part).concat();
    assert!(!shown.contains("<at") && !shown.contains("@_all"), "{shown}");
    assert!(shown.contains("@Ann Lee @all"), "{shown}");

    let allowed = |messages: MarkdownMessages| rows(&messages.allow_mentions().parts()[0]).concat();
    assert_eq!(
        allowed(Content::markdown(text)),
        "@_all <at user_id=\"all\"></at> <at user_id=\"ou_1\">Tom</at> \
         <at user_id=\"ou_2\">Ann Lee</at> <at user_id=\"all\">all</at> `<at id=ou_3></at>`"
    );
    assert_eq!(
        allowed(Content::markdown(text).as_card()),
        "@_all <at id=all></at> <at id=ou_1></at> <at id=ou_2></at> <at id=all></at> \
         `<at id=ou_3></at>`"
    );
}

#[test]
fn images_are_shown_if_they_are_uploaded_and_links_otherwise() {
    let text = "![a](https://a.example/i.png \"t\") ![](https://a.example/j.png) ![c](img_v3_1) `![d](e)` [f](lark:file/g) \\![h](i)";
    let card = rows(&Content::markdown(text).parts()[0]).concat();
    assert_eq!(
        card,
        "[a](https://a.example/i.png \"t\") [https://a.example/j.png](https://a.example/j.png) \
         ![c](img_v3_1) `![d](e)` f \\![h](i)"
    );
}

#[test]
fn posts_have_bold_headings_and_tables_as_code() {
    let text = "# One\n\nTwo\n---\n\n### **Three** ###\n\n| a | `b` |\n|---|---|\n| 1 | 2 |\nend";
    let part = &Content::markdown(text).as_post().parts()[0];
    assert_eq!(part.msg_type(), "post");
    assert_eq!(
        rows(part),
        ["**One**\n\n**Two**\n\n**Three**", "```\n| a | `b` |\n|---|---|\n| 1 | 2 |\n```", "end"]
    );
}

#[test]
fn the_first_message_has_the_title() {
    let text = "word ".repeat(10_000);
    let parts = Content::markdown(&text).as_card().title("Report").parts();
    let titled = |part: &Content| part.content().contains("Report");
    assert_eq!(parts.iter().map(titled).collect::<Vec<_>>(), [true, false]);
    let long = Content::markdown("text").title("T".repeat(300)).parts();
    assert_eq!(rows(&long[0]).concat(), format!("# {}\n\ntext", "T".repeat(300)));
}

#[test]
fn a_custom_bot_takes_each_part() {
    let text = "\"quoted\" \\ text\n\n".repeat(5_000);
    let messages = Content::markdown(text).as_card().max_bytes(MAX_CUSTOM_BOT_BODY_BYTES);
    for part in messages {
        assert!(part.to_custom_bot_body().is_ok());
    }
}

/// Of 40 KB each: if the time grew with the square of it, this would take a minute.
#[test]
fn hostile_markdown_takes_no_longer() {
    let patterns = [
        "[",
        "![",
        "![a](",
        "<at ",
        "<at id=",
        "<at id=a>",
        "`",
        "` `` ",
        "```\n",
        "> ",
        "- ",
        "|",
        "| - |\n",
        "\\",
        "# \n",
        "#\n|-|\n",
        "@_all",
        "a\n---\n",
        "[@a](lark:user/b)",
        "1. ",
        " ",
        "\t",
        "中",
        "\0",
        "</at>",
    ];
    for pattern in patterns {
        let text = pattern.repeat(40_000 / pattern.len());
        for is_card in [true, false] {
            let messages = Content::markdown(&text).allow_mentions();
            let parts = if is_card { messages.as_card() } else { messages.as_post() }.parts();
            for part in &parts {
                assert_eq!(beyond(part, MAX_RICH_BYTES), None, "{pattern:?}");
            }
            assert_eq!(lost(&text.replace("lark:user/b", ""), &texts(&parts)), None, "{pattern:?}");
        }
        let received = serde_json::json!({ "text": text }).to_string();
        let received = ReceivedContent::parse("text", &received).expect("a text");
        assert!(!received.to_markdown(&Mentions::default()).is_empty() || text.trim().is_empty());
    }
}

/// What a model writes: paragraphs, lists, fences, tables, headings, long and short.
fn document() -> impl Strategy<Value = String> {
    let words = |most| vec("[a-z\"\\\\中文]{1,9}", 1..most).prop_map(|it| it.join(" "));
    let lines = |most| vec(words(12), 1..most);
    let block = prop_oneof![
        4 => words(200),
        2 => lines(40).prop_map(|it| format!("- {}", it.join("\n- "))),
        1 => lines(10).prop_map(|it| format!("> {}", it.join("\n> "))),
        2 => (1..=6_usize, words(6)).prop_map(|(level, it)| format!("{} {it}", "#".repeat(level))),
        2 => lines(60).prop_map(|it| format!("```rust\n{}\n```", it.join("\n\n"))),
        2 => vec((words(4), words(4)), 1..40).prop_map(|rows| {
            let rows = rows.into_iter().map(|(a, b)| format!("| {a} | {b} |"));
            format!("| x | y |\n|---|---|\n{}", rows.collect::<Vec<_>>().join("\n"))
        }),
    ];
    vec(block, 1..40).prop_map(|blocks| blocks.join("\n\n"))
}

fn anything() -> impl Strategy<Value = String> {
    let token = prop::sample::select(&TOKENS[..]).prop_map(str::to_owned);
    let long = prop_oneof!["[a-z ]{600,900}", "[中文\"]{300,500}", "[|`~>-]{300,600}"];
    vec(prop_oneof![20 => token, 1 => long], 0..80).prop_map(|it| it.concat())
}

/// Small limits, so that much is cut.
fn messages(text: &str, max_bytes: usize, is_card: bool) -> Vec<Content> {
    let messages = Content::markdown(text).max_bytes(max_bytes);
    if is_card { messages.as_card().parts() } else { messages.as_post().parts() }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn no_text_is_lost_and_no_part_is_too_large(
        text in anything(), max_bytes in 2_048..6_000_usize, is_card: bool,
    ) {
        let parts = messages(&text, max_bytes, is_card);
        for part in &parts {
            prop_assert_eq!(beyond(part, max_bytes), None);
        }
        let texts = texts(&parts);
        prop_assert_eq!(lost(&text, &texts), None, "{:#?}", texts);
    }

    #[test]
    fn any_string_becomes_messages(text in "\\PC{0,200}|(?s).{0,200}") {
        let parts = Content::markdown(&text).parts();
        prop_assert!(parts.iter().all(|part| beyond(part, MAX_RICH_BYTES).is_none()));
        prop_assert_eq!(lost(&text, &texts(&parts)), None);
    }
}

proptest! {
    // The documents are long.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases() / 20) })]

    #[test]
    fn code_and_tables_are_whole_over_all_parts(
        text in document(), max_bytes in 2_048..12_000_usize,
    ) {
        let parts = texts(&messages(&text, max_bytes, true));
        prop_assert_eq!(lost(&text, &parts), None);
        let (code, cells) = code_and_cells(&text);
        let found: Vec<_> = parts.iter().map(|part| code_and_cells(part)).collect();
        let all = |code: Vec<(String, String)>| {
            let lines = code.into_iter().flat_map(|(language, code)| {
                let lines: Vec<_> = code.lines().map(|it| (language.clone(), it.to_owned())).collect();
                lines
            });
            // A part ends with a line break of its own.
            lines.filter(|(_, line)| !line.is_empty()).collect::<Vec<_>>()
        };
        let found_code = found.iter().flat_map(|it| it.0.clone()).collect();
        prop_assert_eq!(all(found_code), all(code));
        let found_cells: Vec<_> = found.iter().flat_map(|it| it.1.clone()).collect();
        prop_assert_eq!(found_cells, cells);
        let tables = |part: &String| part.matches("|---|").count();
        prop_assert!(parts.iter().all(|part| tables(part) <= MAX_CARD_TABLES));
    }
}

#[tokio::test]
async fn the_sandbox_accepts_each_part() {
    let (sandbox, client) = start().await;
    let mut runner = TestRunner::deterministic();
    let mut sent = 0;
    for case in 0..15 {
        let document = (document(), any::<bool>()).new_tree(&mut runner).expect("a document");
        let (text, is_card) = document.current();
        let messages = Content::markdown(&text).title("Report");
        let messages = if is_card { messages.as_card() } else { messages };
        for (n, part) in messages.into_iter().enumerate() {
            let uuid = format!("{case}-{n}");
            let create = message::to("oc_42", part).uuid(uuid);
            client.send(create).await.unwrap_or_else(|error| panic!("{error}: {text}"));
            sent += 1;
        }
    }
    assert!(sent > 15, "{sent}");
    assert_eq!(sandbox.messages_sent(), sent);
}
