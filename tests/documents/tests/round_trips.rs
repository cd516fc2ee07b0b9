//! Documents on the sandbox: written, read, and written again.

use lark_core::{Client, RetryPolicy};
use lark_docx::block::{Block, RichText};
use lark_docx::document;
use lark_docx::markdown::{Options, parse, render};
use lark_docx::v1::Callout;
use lark_docx::v1::TextStyleLanguage as Language;
use lark_sandbox::Sandbox;

use crate::blocks::{every_kind, outline};

/// A sandbox and a client of its app.
pub(crate) async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .app("cli_a1b2c3d4e5f60718", "secret")
        .start()
        .await
        .expect("a free port");
    let client = Client::builder("cli_a1b2c3d4e5f60718", "secret")
        .base_url(sandbox.base_url())
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    (sandbox, client)
}

/// A document without ids, as it would be written.
fn bare(blocks: &[Block]) -> String {
    render(blocks, &Options::new())
}

#[tokio::test]
async fn the_seeded_document_is_markdown_and_back() {
    let (_sandbox, client) = start().await;
    let id = Sandbox::EVERY_KIND_OF_BLOCK;
    let exported = document::to_markdown(&client, id).await.expect("an export");
    assert_eq!(exported.title, "A block of every kind");
    let document = document::read(&client, id).await.expect("a document");
    let parsed = parse(&exported.markdown);
    assert_eq!(parsed.losses, []);
    assert_eq!(bare(&parsed.blocks), bare(document.page.children()));
    for word in
        ["over two", "Half of it", "To be discussed", "type_4711", "A key result", "report.pdf"]
    {
        assert!(exported.markdown.contains(word), "{word} is missing in {}", exported.markdown);
    }
}

#[tokio::test]
async fn what_is_written_reads_the_same() {
    let (_sandbox, client) = start().await;
    let blocks: Vec<Block> = every_kind().into_iter().filter(is_creatable).collect();
    let written = document::create(&client, blocks.clone()).title("All").edits_per_second(0).await;
    let written = written.expect("a document");
    let read = document::read(&client, &written.document_id).await.expect("a document");
    assert_eq!(read.title, "All");
    assert_eq!(bare(read.page.children()), bare(&blocks), "{}", outline(&blocks));
    assert_eq!(written.revision, Some(read.revision));
    assert_eq!(written.losses, []);
}

/// Whether anybody may create the block, with what is in it.
fn is_creatable(block: &Block) -> bool {
    use lark_docx::v1::BlockType as Kind;
    let own = !matches!(
        block.kind(),
        Kind::Bitable
            | Kind::Sheet
            | Kind::Diagram
            | Kind::Mindnote
            | Kind::OkrProgress
            | Kind::JiraIssue
            | Kind::Board
            | Kind::ReferenceSynced
            | Kind::AiTemplate
            | Kind::ReferenceBase
            | Kind::Project
            | Kind::MeetingNotesQa
            | Kind::VcTabs
            | Kind::VcSummaryTab
            | Kind::VcTranscriptTab
            | Kind::Minutes
            | Kind::Undefined
            | Kind::Other(_)
            | Kind::View
            | Kind::Okr
            | Kind::Agenda
            | Kind::SourceSynced
            | Kind::Image
            | Kind::Task
    );
    own && block.children().iter().all(is_creatable)
}

#[tokio::test]
async fn what_nobody_can_create_is_text_and_noted() {
    let (_sandbox, client) = start().await;
    let id = Sandbox::EVERY_KIND_OF_BLOCK;
    let exported = document::to_markdown(&client, id).await.expect("an export");
    let written = document::from_markdown(&client, &exported.markdown).edits_per_second(0).await;
    let written = written.expect("a document");
    let copy = document::to_markdown(&client, &written.document_id).await.expect("an export");
    for word in [
        "over two",
        "Half of it",
        "To be discussed",
        "A key result",
        "report\\.pdf",
        "[Spreadsheet](https://feishu.cn/sheets/",
    ] {
        assert!(
            copy.markdown.contains(word) || copy.markdown.contains(&word.replace('\\', "")),
            "{word}: {}",
            copy.markdown
        );
    }
    let losses: Vec<String> = written.losses.iter().map(ToString::to_string).collect();
    assert!(
        losses.contains(&"a block of kind Okr cannot be created, it is text".to_owned()),
        "{losses:?}"
    );
}

#[tokio::test]
async fn ten_thousand_blocks_take_the_fewest_calls() {
    let (sandbox, client) = start().await;
    let markdown = "A paragraph of *some* words.\n\n".repeat(10_000);
    let written =
        document::from_markdown(&client, &markdown).edits_per_second(0).await.expect("a document");
    assert_eq!((written.blocks, written.calls), (10_000, 11));
    sandbox.calls();
    let exported = document::to_markdown(&client, &written.document_id).await.expect("an export");
    assert_eq!(exported.blocks, 10_001);
    assert_eq!(exported.markdown, markdown.trim_end().to_owned() + "\n");
    assert_eq!(sandbox.calls_of("docx.v1.document.block.list").len(), 21);
    let changed = markdown.replacen("some", "other", 5000).replacen("other", "some", 4999);
    let synced = document::sync(&client, &written.document_id, &changed)
        .edits_per_second(0)
        .await
        .expect("synced");
    assert_eq!((synced.calls, synced.updated, synced.blocks, synced.deleted), (1, 1, 0, 0));
}

#[tokio::test]
async fn a_document_that_changes_while_it_is_read_is_noticed() {
    let (sandbox, client) = start().await;
    let written = document::create(&client, [Block::text("a")])
        .edits_per_second(0)
        .await
        .expect("a document");
    let id = written.document_id;
    // Each reading of the blocks is answered after somebody else wrote.
    let writer = Client::builder("cli_a1b2c3d4e5f60718", "secret")
        .base_url(sandbox.base_url())
        .build()
        .expect("a client");
    let target = id.clone();
    let busy = tokio::spawn(async move {
        loop {
            let more = [Block::code(Language::Rust, "x")];
            document::append_blocks(&writer, &target, more)
                .edits_per_second(0)
                .await
                .expect("written");
        }
    });
    let mut error = None;
    for _ in 0..200 {
        if let Err(found) = document::read(&client, &id).await {
            error = Some(found.to_string());
            break;
        }
    }
    busy.abort();
    let error = error.expect("somebody writes all the time");
    assert!(
        error.starts_with(&format!("document {id} changed while it was read: revision ")),
        "{error}"
    );
}

#[tokio::test]
async fn wrong_trees_are_refused_before_anything_is_written() {
    let (sandbox, client) = start().await;
    let code = Block::code(Language::Rust, "let x;");
    let callout = Block::callout(Callout::new().emoji_id("bulb"), [code]);
    let error = document::create(&client, [callout]).await.expect_err("code in a callout");
    assert_eq!(
        error.to_string(),
        "no document was created: a block Callout cannot contain a block Code (\"let x;\")"
    );
    let columns = (0..101).map(|it| it.to_string()).collect::<Vec<_>>();
    let error = document::create(&client, [Block::table([columns])]).await.expect_err("too wide");
    assert_eq!(
        error.to_string(),
        "no document was created: 101 columns of a table, the limit is 100"
    );
    assert_eq!(sandbox.calls_of("docx.v1.document.create").len(), 0);
}

#[test]
fn lines_of_formulas_begin_no_blocks() {
    let formulas = [
        "\\begin{aligned}\n  a &= b \\\\\n  c &= d\n\\end{aligned}",
        "a\n= b",
        "a\n- b\n+ c",
        "a\n===",
        "```rust\n\t<!-- x -->",
        "a\n\nb",
        "a\n1. b\n# c\n> d",
        "a\n| - |\n",
    ];
    for latex in formulas {
        let formula = Block::text(RichText::new().equation(latex.trim()));
        for block in [
            formula.clone(),
            Block::quote_container([formula.clone()]),
            Block::bullet("x").child(formula),
        ] {
            let markdown = bare(std::slice::from_ref(&block));
            let back = parse(&markdown).blocks;
            assert_eq!(bare(&back), markdown);
            assert_eq!(outline(&back), outline(&[block]), "{markdown}");
        }
    }
}
