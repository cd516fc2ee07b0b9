//! Tables that are too large for a call.

use lark_docx::block::{Block, RichText};
use lark_docx::document;
use lark_docx::markdown::{Options, render};
use lark_sandbox::{Fault, Times};

use crate::round_trips::start;

/// 60 rows of 10 cells, 1,202 blocks, with more than a text in some of the last rows.
fn table() -> Block {
    let cell = |row: usize, column: usize| match (row, column) {
        (50, 1) => vec![Block::bullet("a"), Block::bullet("b")],
        (50, 2) => vec![Block::text("first"), Block::text("second")],
        (51, 3) => Vec::new(),
        (52, 4) => vec![Block::text(RichText::new().link("link", "https://a.example/b"))],
        _ => vec![Block::text(format!("{row}/{column}"))],
    };
    let row = |row| (0..10).map(|column| cell(row, column)).collect();
    Block::table_of((0..60).map(row).collect()).merge_cells(55, 2, 2, 3)
}

#[tokio::test]
async fn grow_row_by_row() {
    let (sandbox, client) = start().await;
    let blocks = [Block::text("before"), table(), Block::text("after")];
    let total: usize = blocks.iter().map(Block::count).sum();
    let written = document::create(&client, blocks.clone()).edits_per_second(0).await;
    let written = written.expect("written");
    assert_eq!(written.blocks, total);
    let read = document::read(&client, &written.document_id).await.expect("a document");
    let shown = |blocks: &[Block]| render(blocks, &Options::new());
    assert_eq!(shown(read.page.children()), shown(&blocks));
    // The text, 49 rows in a call, 11 rows, the list and the second text, a call of texts, a merge, the
    // text behind it.
    assert!(written.calls < 25, "{} calls", written.calls);
    assert_eq!(sandbox.requests_of("docx.v1.document.block.children.get"), 3);
}

#[tokio::test]
async fn go_on_after_a_failure_without_doubling_a_row() {
    let (sandbox, client) = start().await;
    let blocks = [table(), Block::text("after")];
    let update = "docx.v1.document.block.batch_update";
    sandbox.fault(update, Times::Once, Fault::reset_after_execution());
    let failed = document::create(&client, blocks.clone()).edits_per_second(0).await;
    let failed = failed.expect_err("the response is lost");
    assert!((981..1_100).contains(&failed.written()), "{failed}");
    let written = failed.resume().await.expect("the rest");
    assert_eq!(written.blocks, blocks.iter().map(Block::count).sum::<usize>());
    let read = document::read(&client, &written.document_id).await.expect("a document");
    let shown = |blocks: &[Block]| render(blocks, &Options::new());
    assert_eq!(shown(read.page.children()), shown(&blocks));
}

#[tokio::test]
async fn of_markdown_come_back() {
    let (_sandbox, client) = start().await;
    let rows: String = (0..260).map(|n| format!("| {n} | **{n}** |\n")).collect();
    let markdown = format!("| id | name |\n| --- | --- |\n{rows}");
    let written = document::from_markdown(&client, &markdown).edits_per_second(0).await;
    let written = written.expect("written");
    let read = document::to_markdown(&client, &written.document_id).await.expect("a document");
    assert_eq!(read.markdown, markdown);
}
