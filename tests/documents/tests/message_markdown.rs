//! Received messages as Markdown: every type.

use lark_im::content::card::{Button, Column, ColumnSet, Input, SelectStatic, Table, TableColumn};
use lark_im::content::{Card, Mentions, ReceivedContent};
use lark_im::v1::{EventMessage, MentionEvent};
use proptest::collection::vec;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::properties::cases;

fn markdown(msg_type: &str, content: &Value) -> String {
    let content = ReceivedContent::parse(msg_type, &content.to_string()).expect("a content");
    content.to_markdown(&Mentions::default())
}

#[test]
fn every_type_has_something_to_show() {
    for (msg_type, content, shown) in [
        ("text", json!({"text": "1. a*b\n\n- x <b>"}), "1\\. a\\*b\n\n\\- x \\<b>"),
        ("image", json!({"image_key": "img_1"}), "![image](lark:image/img_1)"),
        (
            "file",
            json!({"file_key": "f", "file_name": "a_b [1].pdf"}),
            "[a_b \\[1\\].pdf](lark:file/f)",
        ),
        ("folder", json!({"file_key": "f", "file_name": "src"}), "[src](lark:folder/f)"),
        (
            "audio",
            json!({"file_key": "f", "duration": 2500}),
            "[voice message, 0:03](lark:audio/f)",
        ),
        (
            "media",
            json!({"file_key": "f", "image_key": "i", "file_name": "v.mp4", "duration": 65000}),
            "[v.mp4, 1:05](lark:video/f)",
        ),
        ("sticker", json!({"file_key": "f"}), "[sticker](lark:sticker/f)"),
        ("share_chat", json!({"chat_id": "oc_1"}), "[chat oc_1](lark:chat/oc_1)"),
        ("share_user", json!({"user_id": "ou_1"}), "[contact ou_1](lark:user/ou_1)"),
        (
            "location",
            json!({"name": "Office", "longitude": "116.3", "latitude": 39.9}),
            "[location Office](geo:39.9,116.3)",
        ),
        (
            "system",
            json!({"template": "{from_user} added {to_chatters}", "from_user": ["Tom"], "to_chatters": ["A*n"]}),
            "*Tom added A\\*n*",
        ),
        ("merge_forward", json!("Merged"), "*merged and forwarded messages*"),
        ("hongbao", json!({"text": "[Red Packet]"}), "*red packet: \\[Red Packet\\]*"),
        (
            "calendar",
            json!({"summary": "Review", "start_time": "1608265395000", "end_time": "1608268995000"}),
            "**Review**\n\n*calendar event, 2020-12-18 04:23 UTC – 2020-12-18 05:23 UTC*",
        ),
        ("video_chat", json!({"topic": "Daily"}), "**Daily**\n\n*video meeting*"),
        (
            "todo",
            json!({"task_id": "t", "due_time": "1608265395000",
                   "summary": {"title": "", "content": [[{"tag": "text", "text": "Write it"}]]}}),
            "- [ ] Write it (due 2020-12-18 04:23 UTC)",
        ),
        (
            "vote",
            json!({"topic": "Lunch?", "options": ["A", "B"]}),
            "*vote:* **Lunch?**\n\n- A\n- B",
        ),
        ("poke", json!({"n": 1}), "*message of type poke*\n\n```json\n{\"n\":1}\n```"),
    ] {
        assert_eq!(markdown(msg_type, &content), shown, "{msg_type}");
    }
}

/// Of 150 KB each, the most that a text has: if the time grew with the square of it, this would take a minute.
#[test]
fn long_texts_take_no_longer() {
    for piece in ["http", "https://", "[", "*", "@_all ", "<at id=a>", "`", "\\", "1. ", "\n"] {
        let text = piece.repeat(150_000 / piece.len());
        let letters = |it: &str| it.chars().filter(|c| c.is_alphanumeric()).count();
        let found = letters(&markdown("text", &json!({ "text": text })));
        assert!(found >= letters(&text), "{piece}");
        let styled = json!({ "tag": "text", "text": text, "style": ["bold"] });
        let found = letters(&markdown("post", &json!({ "content": [[styled]] })));
        assert!(found >= letters(&text), "{piece}");
    }
}

#[test]
fn posts_keep_lines_styles_code_and_files() {
    let post = json!({"title": "T", "content": [
        [{"tag": "text", "text": "a ", "style": ["bold"]}, {"tag": "a", "href": "https://x.example/a_b", "text": "b"},
         {"tag": "text", "text": "c", "style": ["italic", "lineThrough"]}],
        [{"tag": "at", "user_id": "@_user_1", "user_name": "Tom"}, {"tag": "at", "user_id": "@_all"},
         {"tag": "emotion", "emoji_type": "SMILE"}],
        [{"tag": "code_block", "language": "RUST", "text": "let a = \"```\";\n"}],
        [{"tag": "img", "image_key": "img_1"}, {"tag": "media", "file_key": "f", "file_name": "v.mp4"}],
        [{"tag": "hr"}], [], [{"tag": "text", "text": "中文", "style": ["bold"]}, {"tag": "text", "text": "，x"}],
        [{"tag": "text", "text": "“引”", "style": ["bold"]}, {"tag": "text", "text": "字"}],
    ], "files": [{"file_key": "g", "file_name": "a.py"}]});
    assert_eq!(
        markdown("post", &post),
        "**T**\n\n\
         **a** [b](https://x.example/a_b)~~*c*~~\\\n\
         @Tom[@all](lark:user/all):SMILE:\n\n\
         ````rust\nlet a = \"```\";\n````\n\n\
         ![image](lark:image/img_1)[v.mp4](lark:video/f)\n\n\
         ---\n\n\
         **中文**，x\\\n\
         <b>“引”</b>字\n\n\
         - [a.py](lark:file/g)"
    );
    let written = json!({"title": "", "content": [[{"tag": "text", "text": "x"}]],
        "content_v2": [[{"tag": "md", "text": "# A\n\n- <at user_id=\"ou_1\">Tom Lee</at> **b**"}]]});
    assert_eq!(markdown("post", &written), "# A\n\n- [@Tom Lee](lark:user/ou_1) **b**");
}

#[test]
fn who_is_mentioned_is_a_link() {
    let mut tom = MentionEvent::default();
    (tom.key, tom.name) = ("@_user_1".to_owned(), "Tom *L*".to_owned());
    tom.id.open_id = Some("ou_1".to_owned());
    let mut message = EventMessage::default();
    message.mentions = vec![tom];
    let link = "[@Tom \\*L\\*](lark:user/ou_1)";
    for (msg_type, content, shown) in [
        (
            "text",
            json!({"text": "@_user_1 hi @_user_12 @_all"}),
            "LINK hi @\\_user_12 [@all](lark:user/all)",
        ),
        (
            "post",
            json!({"content": [[{"tag": "at", "user_id": "@_user_1"}, {"tag": "text", "text": "@_user_1"}]]}),
            "LINKLINK",
        ),
        (
            "post",
            json!({"content": [[{"tag": "text", "text": "x"}]], "content_v2": [[{"tag": "md",
                "text": "@_user_1 <at user_id=\"@_user_1\"></at> <at ids=ou_1,ou_2></at>"}]]}),
            "LINK LINK LINK [@ou_2](lark:user/ou_2)",
        ),
    ] {
        (message.message_type, message.content) = (msg_type.to_owned(), content.to_string());
        assert_eq!(message.to_markdown(), shown.replace("LINK", link), "{content}");
    }
    // The note in place of a message that was recalled.
    message.content = "This message was recalled*".to_owned();
    assert_eq!(message.to_markdown(), "This message was recalled\\*");
}

fn card() -> Value {
    let card = Card::markdown("Build *42*", "**312** tests, <at id=ou_1></at>")
        .subtitle("main")
        .divider()
        .image("img_1", "chart")
        .element(
            ColumnSet::new()
                .column(Column::new().element(Button::new("Go").open_url("https://x.example"))),
        )
        .element(
            Table::new()
                .column(TableColumn::new("n", "Name"))
                .column(TableColumn::new("t", "").data_type("number"))
                .row([("n", "a|b\nc".into()), ("t", 7.into())]),
        )
        .element(Input::new().name("why").label("Why").placeholder("reason"))
        .element(SelectStatic::new().placeholder("Choose").option("One", "a").option("Two", "b"))
        .callback_button("Stop", json!({"hidden": "hidden"}));
    Card::from(card).into_json()
}

const CARD: &str = "**Build \\*42\\***\n\nmain\n\n**312** tests, [@ou_1](lark:user/ou_1)\n\n---\n\n\
    ![chart](lark:image/img_1)\n\n[Go](https://x.example)\n\n\
    | Name | t |\n| --- | --- |\n| a\\|b<br>c | 7 |\n\n\
    Why \\[reason\\]\n\n\\[Choose: One / Two\\]\n\n\\[Stop\\]";

#[test]
fn cards_are_read_in_every_form() {
    for content in [
        json!({ "user_dsl": card().to_string() }),
        json!({ "json_card": card(), "card_schema": 2 }),
        card(),
    ] {
        assert_eq!(markdown("interactive", &content), CARD);
    }
    let old = json!({
        "header": {"title": {"tag": "plain_text", "content": "T"}},
        "i18n_elements": {"en_us": [
            {"tag": "div", "text": {"tag": "lark_md", "content": "**a**"},
             "fields": [{"is_short": true, "text": {"tag": "plain_text", "content": "f*"}}]},
            {"tag": "action", "actions": [{"tag": "button", "text": {"tag": "plain_text", "content": "Go"}}]},
            {"tag": "note", "elements": [{"tag": "plain_text", "content": "small"}]}]},
    });
    assert_eq!(markdown("interactive", &old), "**T**\n\n**a**\n\nf\\*\n\n\\[Go\\]\n\nsmall");
    let reduced = json!({"title": "T", "elements": [
        [{"tag": "text", "text": "see "}, {"tag": "a", "href": "https://x.example", "text": "this"},
         {"tag": "img", "image_key": "img_1"}, {"tag": "text", "text": "end"}],
        [{"tag": "button", "text": "Go", "type": "primary"}, {"tag": "button", "text": "Stop"}],
        [{"tag": "hr"}],
        [{"tag": "note", "elements": [{"tag": "text", "text": "small"}]}],
    ]});
    assert_eq!(
        markdown("interactive", &reduced),
        "**T**\n\nsee [this](https://x.example)\n\n![image](lark:image/img_1)\n\nend\n\n\
         \\[Go\\]\n\n\\[Stop\\]\n\n---\n\nsmall"
    );
    let own = json!({"json_card": {"schema": 2,
        "header": {"tag": "header", "property": {"title": {"tag": "plain_text", "property": {"content": "T"}}}},
        "body": {"tag": "body", "property": {"elements": [
            {"tag": "markdown", "property": {"content": "**a**"}},
            {"tag": "markdown", "property": {"elements": [
                {"tag": "text", "property": {"content": "b"}}, {"tag": "new", "property": {"content": "c"}}]}},
            {"tag": "hr", "property": {}}]}}}});
    assert_eq!(markdown("interactive", &own), "**T**\n\n**a**\n\nb\n\nc\n\n---");
    for (content, shown) in [
        (
            json!({"type": "template", "data": {"template_id": "AAq", "template_variable": {"a": "words"}}}),
            "*card AAq*\n\nwords",
        ),
        (json!({"type": "card", "data": {"card_id": "7371"}}), "*card 7371*"),
        (json!({"title": null, "unheard_of": {"of": ["words"]}}), "words"),
        (json!({}), ""),
    ] {
        assert_eq!(markdown("interactive", &content), shown);
    }
}

/// The text that a reader of the Markdown sees, without blanks, and which of it is bold.
fn seen(markdown: &str) -> (String, String) {
    let (mut all, mut bold, mut depth) = (String::new(), String::new(), 0);
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Strong) => depth += 1,
            Event::End(TagEnd::Strong) => depth -= 1,
            Event::InlineHtml(tag) if &*tag == "<b>" => depth += 1,
            Event::InlineHtml(tag) if &*tag == "</b>" => depth -= 1,
            Event::Text(text) => {
                let text = text.chars().filter(|c| !c.is_whitespace());
                text.for_each(|c| {
                    all.push(c);
                    if depth > 0 {
                        bold.push(c);
                    }
                });
            }
            Event::InlineHtml(tag)
                if ["<i>", "</i>", "<u>", "</u>", "<s>", "</s>"].contains(&&*tag) => {}
            Event::SoftBreak | Event::HardBreak | Event::Start(_) | Event::End(_) => {}
            other => panic!("{other:?} in {markdown}"),
        }
    }
    (all, bold)
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What a text may be mistaken for, and letters.
fn words() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a",
        "B",
        "中",
        "。",
        "“",
        " ",
        "    ",
        "\n",
        "\n\n",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "# ",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "---",
        "===",
        "|",
        "| a |\n|---|",
        "[",
        "](",
        ")",
        "![",
        "<b>",
        "<!-- ",
        "&amp;",
        "\\",
        "$",
        "https://x.example/a_b~c*d?e=[f]&g",
        "http",
        "@_user_1",
        ":",
        "\t",
        "\r\n",
    ]);
    vec(token, 0..30).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn a_text_looks_as_it_was_written(text in words()) {
        let shown = markdown("text", &json!({ "text": text }));
        prop_assert_eq!(seen(&shown).0, without_blanks(&text), "{}", shown);
    }

    #[test]
    fn a_post_looks_as_it_was_written(
        lines in vec(vec((words(), 0..16_u8), 0..4), 0..4),
    ) {
        let style = |bits: u8| {
            let names = ["bold", "italic", "underline", "lineThrough"].into_iter().enumerate();
            names.filter(|(n, _)| bits & (1 << n) != 0).map(|(_, it)| it).collect::<Vec<_>>()
        };
        let content: Vec<Vec<Value>> = lines.iter().map(|line| {
            line.iter().map(|(text, bits)| json!({"tag": "text", "text": text, "style": style(*bits)})).collect()
        }).collect();
        let shown = markdown("post", &json!({"title": "", "content": content}));
        let all: String = lines.iter().flatten().map(|it| it.0.as_str()).collect();
        let bold: String =
            lines.iter().flatten().filter(|it| it.1 & 1 != 0).map(|it| it.0.as_str()).collect();
        prop_assert_eq!(seen(&shown), (without_blanks(&all), without_blanks(&bold)), "{}", shown);
    }
}
