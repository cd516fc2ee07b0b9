//! Every kind of block as Markdown, and back.

use lark_core::{Json, UnixMillis};
use lark_docx::block::{Block, RichText};
use lark_docx::markdown::{Options, parse, render};
use lark_docx::v1::{
    self, Align, Callout, CalloutBackgroundColor, IframeType, ObjType, Reminder, TextColor,
    TextElement, TextElementStyle,
};
use lark_docx::v1::{BlockType as Kind, TextStyleLanguage as Language};

fn md(blocks: &[Block]) -> String {
    render(blocks, &Options::new())
}

fn of(kind: Kind, content: &str) -> Block {
    let fields = v1::Block::from_json(content).expect("the content of a block");
    Block::from_fields(fields.block_type(kind))
}

/// A block of each kind that the platform has, as it would send them.
pub(crate) fn every_kind() -> Vec<Block> {
    let text = || RichText::new().text("some ").bold("text");
    let mut blocks: Vec<Block> = (1..=9).map(|level| Block::heading(level, text())).collect();
    blocks.extend([
        Block::text(text()),
        Block::bullet("a")
            .child(Block::bullet("b").child(Block::code(Language::Rust, "let a = 1;\n\n"))),
        Block::ordered("one").child(Block::ordered("inner")),
        Block::ordered("two"),
        Block::numbered(7, "seven"),
        Block::todo("done", true),
        Block::todo("open", false),
        Block::code(Language::Go, "a\n```\nb"),
        Block::quote_container([Block::text("a"), Block::bullet("b")]),
        Block::callout(
            Callout::new().emoji_id("tada"),
            [Block::text("a"), Block::todo("b", false)],
        ),
        Block::divider(),
        Block::grid([[Block::text("left")], [Block::text("right")]]),
        Block::iframe(IframeType::YouTube, "https://www.youtube.com/watch?v=1&b=2"),
        Block::table([["a", "b|c"], ["d\ne", ""]]),
        Block::table([["a", ""], ["c", "d"]]).header_row(false).merge_cells(0, 0, 1, 2),
        Block::table_of(vec![vec![vec![Block::bullet("x"), Block::code(Language::C, "y")]]]),
    ]);
    blocks.extend(objects());
    blocks.extend(trees());
    blocks
}

/// Blocks that show something from elsewhere.
fn objects() -> Vec<Block> {
    let other = [
        (Kind::Bitable, r#"{"bitable":{"token":"bascn1_tbl2","view_type":1}}"#),
        (Kind::ChatCard, r#"{"chat_card":{"chat_id":"oc_1"}}"#),
        (Kind::Diagram, r#"{"diagram":{"diagram_type":1}}"#),
        (Kind::Isv, r#"{"isv":{"component_id":"c","component_type_id":"blk_1"}}"#),
        (Kind::Mindnote, r#"{"mindnote":{"token":"bmncn1"}}"#),
        (Kind::Sheet, r#"{"sheet":{"token":"shtcn1_ab2"}}"#),
        (Kind::Task, r#"{"task":{"task_id":"t-1"}}"#),
        (Kind::OkrProgress, r#"{"okr_progress":{}}"#),
        (
            Kind::AddOns,
            r#"{"add_ons":{"component_type_id":"blk_2","record":"{\"data\":\"a-->b\"}"}}"#,
        ),
        (Kind::JiraIssue, r#"{"jira_issue":{"id":"1","key":"A-1"}}"#),
        (Kind::WikiCatalog, r#"{"wiki_catalog":{"wiki_token":"wik1"}}"#),
        (Kind::Board, r#"{"board":{"token":"brd1","width":3}}"#),
        (
            Kind::LinkPreview,
            r#"{"link_preview":{"url":"https%3A%2F%2Fa.b%2Fc","url_type":"MessageLink"}}"#,
        ),
        (
            Kind::ReferenceSynced,
            r#"{"reference_synced":{"source_block_id":"b","source_document_id":"d"}}"#,
        ),
        (Kind::SubPageList, r#"{"sub_page_list":{"wiki_token":"wikcn0000000000000000000000"}}"#),
        (Kind::AiTemplate, r#"{"ai_template":{}}"#),
        (Kind::ReferenceBase, r#"{"reference_base":{"token":"bascn1_tbl2","view_id":"vew1"}}"#),
        (Kind::Project, r#"{"project":{"title":"P","url":"https%3A%2F%2Fproject.feishu.cn%2F1"}}"#),
        (Kind::MeetingNotesQa, r#"{"meeting_notes_qa":{}}"#),
        (Kind::VcTabs, r#"{"vc_tabs":{}}"#),
        (Kind::VcSummaryTab, r#"{"vc_summary_tab":{}}"#),
        (Kind::VcTranscriptTab, r#"{"vc_transcript_tab":{}}"#),
        (Kind::Minutes, r#"{"minutes":{"token":"obcn1"}}"#),
        (Kind::Undefined, r#"{"block_id":"dox1","undefined":{}}"#),
        (Kind::Other(4711), r#"{"block_id":"dox2"}"#),
        (Kind::Image, r#"{"image":{"token":"img1","caption":{"content":"a [b]"}}}"#),
    ];
    other.map(|(kind, content)| of(kind, content)).to_vec()
}

/// Blocks that only make sense with those below them.
fn trees() -> Vec<Block> {
    let mut blocks = Vec::new();
    let file = of(Kind::File, r#"{"file":{"token":"box1","name":"a_b.pdf"}}"#);
    blocks.push(of(Kind::View, r#"{"view":{"view_type":1}}"#).child(file));
    let objective = |kind, content| of(kind, content).child(Block::bullet("progress"));
    blocks.push(of(Kind::Okr, r#"{"okr":{"okr_id":"7"}}"#).child(
        objective(Kind::OkrObjective, r#"{"okr_objective":{"objective_id":"1","content":{"elements":[{"text_run":{"content":"grow"}}]}}}"#)
            .child(objective(Kind::OkrKeyResult, r#"{"okr_key_result":{"kr_id":"2","content":{"elements":[{"text_run":{"content":"by 2"}}]}}}"#)),
    ));
    let title = of(
        Kind::AgendaItemTitle,
        r#"{"agenda_item_title":{"elements":[{"text_run":{"content":"first"}}]}}"#,
    );
    let content =
        of(Kind::AgendaItemContent, r#"{"agenda_item_content":{}}"#).child(Block::text("point"));
    let item = of(Kind::AgendaItem, r#"{"agenda_item":{}}"#).child(title).child(content);
    blocks.push(of(Kind::Agenda, r#"{"agenda":{}}"#).child(item));
    blocks.push(
        of(Kind::SourceSynced, r#"{"source_synced":{"elements":[{"text_run":{"content":"t"}}]}}"#)
            .child(Block::text("shared")),
    );
    blocks
}

/// A tree as lines, for messages.
pub(crate) fn outline(blocks: &[Block]) -> String {
    let line = |it: &Block| {
        let json = it.fields().to_json();
        let below = outline(it.children()).replace('\n', "\n  ");
        format!("\n{:?} {json}{below}", it.kind())
    };
    blocks.iter().map(line).collect()
}

#[test]
fn every_kind_survives_as_it_is() {
    for block in every_kind() {
        let markdown = md(std::slice::from_ref(&block));
        let parsed = parse(&markdown);
        assert_eq!(parsed.losses, [], "{markdown}");
        assert!(parsed.blocks == [block.clone()], "{markdown}\n{}", outline(&parsed.blocks));
    }
}

#[test]
fn all_kinds_one_after_the_other_survive() {
    let blocks = every_kind();
    let markdown = md(&blocks);
    let parsed = parse(&markdown);
    assert_eq!(outline(&parsed.blocks), outline(&blocks), "{markdown}");
    assert!(parsed.blocks == blocks, "{markdown}");
    let kinds = blocks.iter().flat_map(kinds_in).map(Kind::as_i64);
    let kinds: std::collections::BTreeSet<i64> = kinds.collect();
    // The page is the document; quotes of a line are quotations when they come back.
    let missing: Vec<i64> = (1..=59).chain([999]).filter(|it| !kinds.contains(it)).collect();
    assert_eq!(missing, [1, 15, 16], "16 is not in the specs");
}

fn kinds_in(block: &Block) -> Vec<Kind> {
    std::iter::once(block.kind()).chain(block.children().iter().flat_map(kinds_in)).collect()
}

#[test]
fn every_element_of_a_text_survives() {
    let loud = TextElementStyle::new().bold(true).italic(true).text_color(TextColor::Red);
    let reminder = Reminder::new()
        .create_user_id("ou_1")
        .expire_time(UnixMillis(1_795_680_000_000))
        .notify_time(UnixMillis(1_795_680_000_000));
    let text = RichText::new()
        .text("a_b *c* <d> &amp; $5 [e](f) ~g~ ")
        .styled("loud", loud)
        .text(" ")
        .mention_user("ou_1")
        .mention_doc("doxcn1", ObjType::Docx, "https://example.feishu.cn/docx/doxcn1")
        .underline("u")
        .code("a`b")
        .strikethrough("中文。")
        .text("后")
        .bold("“引用”")
        .text("前")
        .equation(r"\frac{a}{b}")
        .link("l", "https://example.com/a(b)?c=d&e")
        .element(TextElement::new().reminder(reminder))
        .text("\nnext line\n\n# no heading");
    let blocks = [Block::text(text)];
    let markdown = md(&blocks);
    let mut back = parse(&markdown).blocks;
    // A document that is mentioned shows its address until its title is known.
    let elements = back[0].rich_text().expect("text").elements.clone().expect("elements");
    let mention = elements.iter().find_map(|it| it.mention_doc.as_ref()).expect("a document");
    assert_eq!(mention.title.as_deref(), Some("https://example.feishu.cn/docx/doxcn1"));
    let untitled = elements.into_iter().map(|mut it| {
        if let Some(mention) = &mut it.mention_doc {
            mention.title = None;
        }
        it
    });
    back[0] = Block::text(untitled.collect::<RichText>());
    assert_eq!(outline(&back), outline(&blocks), "{markdown}");
    assert!(back == blocks, "{markdown}");
}

#[test]
fn what_markdown_has_no_word_for_is_readable_nevertheless() {
    let callout = Callout::new().background_color(CalloutBackgroundColor::LightBlue);
    let blocks = [
        Block::callout(callout, [Block::text("inside")]),
        Block::quote("a line"),
        of(Kind::Sheet, r#"{"sheet":{"token":"shtcn1_ab2"}}"#),
        of(Kind::Other(4711), r#"{"block_id":"dox2"}"#),
        Block::table([["a", "b"]]).header_row(false),
        Block::text(RichText::new().equation("x^2")),
        Block::text("right").align(Align::Right),
    ];
    let expected = r#"> <!-- lark:about callout {"callout":{"background_color":5}} -->
> inside

> a line

[Spreadsheet](https://feishu.cn/sheets/shtcn1?sheet=ab2) <!-- lark:sheet {"sheet":{"token":"shtcn1_ab2"}} -->

<!-- lark:type_4711 {"block_id":"dox2"} -->

<!-- lark:about table {"table":{"property":{"header_row":false}}} -->

| a | b |
| --- | --- |

$$x^2$$

right
"#;
    assert_eq!(md(&blocks), expected);
}

#[test]
fn names_links_and_colours_are_options() {
    let red = TextElementStyle::new().text_color(TextColor::Red);
    let blocks = [
        Block::text(RichText::new().mention_user("ou_1").styled(" red", red)),
        of(Kind::Image, r#"{"image":{"token":"img1"}}"#),
        of(Kind::Bitable, r#"{"bitable":{"token":"bascn1_tbl2"}}"#),
    ];
    let options = Options::new()
        .site("https://a.larksuite.com/")
        .user_name("ou_1", "Ann [QA]")
        .image_link("img1", "media/img 1.png")
        .colors(false);
    let expected = "[@Ann \\[QA\\]](lark:user/ou_1) red\n\n![](<media/img 1.png>)\n\n\
        [Base](https://a.larksuite.com/base/bascn1?table=tbl2) <!-- lark:bitable {\"bitable\":{\"token\":\"bascn1_tbl2\"}} -->\n";
    assert_eq!(render(&blocks, &options), expected);
}
