//! Documents that are changed by difference.

use lark_core::Client;
use lark_docx::block::Block;
use lark_docx::document::{self, Written};
use lark_docx::markdown::{Options, parse, render};
use lark_sandbox::{Fault, Sandbox, Times};
use proptest::prelude::*;

use crate::round_trips::start;

/// The ids of all blocks, by their texts.
async fn ids(client: &Client, id: &str) -> Vec<(String, String)> {
    fn collect(block: &Block, into: &mut Vec<(String, String)>) {
        into.push((block.plain_text(), block.id().unwrap_or_default().to_owned()));
        block.children().iter().for_each(|it| collect(it, into));
    }
    let document = document::read(client, id).await.expect("a document");
    let mut all = Vec::new();
    document.page.children().iter().for_each(|it| collect(it, &mut all));
    all
}

async fn synced(client: &Client, before: &str, after: &str) -> (String, Written) {
    let id = document::from_markdown(client, before)
        .edits_per_second(0)
        .await
        .expect("made")
        .document_id;
    let written = document::sync(client, &id, after).edits_per_second(0).await.expect("synced");
    let exported = document::to_markdown(client, &id).await.expect("an export");
    assert_eq!(exported.markdown, render(&parse(after).blocks, &Options::new()));
    (id, written)
}

#[tokio::test]
async fn only_what_differs_is_changed() {
    let (_sandbox, client) = start().await;
    let before = "# Title\n\none\n\ntwo\n\n- [ ] a\n- [ ] b\n  - c\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\nlast\n";
    let after = before
        .replace("two", "*two*")
        .replace("[ ] b", "[x] b")
        .replace("| 2 |", "| 3 |")
        .replace("- c", "- d");
    let id = document::from_markdown(&client, before)
        .edits_per_second(0)
        .await
        .expect("made")
        .document_id;
    let old = ids(&client, &id).await;
    let written = document::sync(&client, &id, &after).edits_per_second(0).await.expect("synced");
    assert_eq!((written.calls, written.updated, written.blocks, written.deleted), (1, 4, 0, 0));
    let new = ids(&client, &id).await;
    assert_eq!(
        new.iter().map(|it| &it.1).collect::<Vec<_>>(),
        old.iter().map(|it| &it.1).collect::<Vec<_>>()
    );
    let again = document::sync(&client, &id, &after).edits_per_second(0).await.expect("synced");
    assert_eq!(again.calls, 0);
}

#[tokio::test]
async fn blocks_come_and_go_where_they_are() {
    let (_sandbox, client) = start().await;
    let (_, written) = synced(&client, "a\n\nb\n\nc\n", "a\n\nnew\n\nc\n\nend\n").await;
    assert_eq!((written.updated, written.blocks, written.deleted), (1, 1, 0));
    let (_, written) = synced(&client, "a\n\nb\n\nc\n", "c\n").await;
    assert_eq!((written.updated, written.blocks, written.deleted), (0, 0, 2));
    let (_, written) = synced(&client, "a\n\nb\n", "# a\n\nb\n\n> q\n").await;
    assert_eq!((written.updated, written.blocks, written.deleted), (0, 3, 1));
    synced(&client, "> a\n>\n> b\n", "> a\n>\n> - b\n> - c\n").await;
    synced(&client, "", "```rust\nx\n```\n").await;
    synced(&client, "| a | b |\n| --- | --- |\n| c | d |\n", "| a | b |\n| --- | --- |\n").await;
}

#[tokio::test]
async fn a_document_of_every_kind_is_the_same_as_its_export() {
    let (sandbox, client) = start().await;
    let id = Sandbox::EVERY_KIND_OF_BLOCK;
    let exported = document::to_markdown(&client, id).await.expect("an export");
    let written = document::sync(&client, id, &exported.markdown).await.expect("synced");
    assert_eq!((written.calls, written.losses.len()), (0, 0));
    let changed = exported
        .markdown
        .replace("Half of it", "All of it")
        .replace("In a quotation", "In a quote");
    let before = ids(&client, id).await;
    let written = document::sync(&client, id, &changed).edits_per_second(0).await.expect("synced");
    assert_eq!(written.updated, 1);
    assert!(written.losses[0].to_string().contains("is left as it is"), "{:?}", written.losses);
    let after = ids(&client, id).await;
    assert_eq!(before.len(), after.len());
    assert_eq!(sandbox.calls_of("docx.v1.document.block.descendant.create").len(), 0);
}

#[tokio::test]
async fn a_failed_sync_goes_on_where_it_stopped() {
    let (sandbox, client) = start().await;
    let id = document::from_markdown(&client, "a\n\nb\n\nc\n")
        .edits_per_second(0)
        .await
        .expect("made")
        .document_id;
    sandbox.fault(
        "docx.v1.document.block.descendant.create",
        Times::Once,
        Fault::reset_after_execution(),
    );
    let error = document::sync(&client, &id, "a2\n\n- x\n\nc\n")
        .edits_per_second(0)
        .await
        .expect_err("a fault");
    error.resume().await.expect("the rest");
    let exported = document::to_markdown(&client, &id).await.expect("an export");
    assert_eq!(exported.markdown, "a2\n\n- x\n\nc\n");
}

fn documents() -> impl Strategy<Value = String> {
    let block = prop::sample::select(
        &[
            "one",
            "two",
            "three",
            "# four",
            "- five",
            "- six\n  - seven",
            "1. eight",
            "> nine",
            "> ten\n>\n> - eleven",
            "```rust\ntwelve\n```",
            "---",
            "| a | b |\n| --- | --- |\n| c | d |",
            "| a | b |\n| --- | --- |\n| c | e |",
            "- [ ] todo",
            "- [x] todo",
            "**bold**",
        ][..],
    );
    prop::collection::vec(block, 0..8).prop_map(|it| it.join("\n\n"))
}

#[test]
fn any_document_becomes_any_other() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_sandbox, client) = runtime.block_on(start());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) };
    proptest!(config, |(before in documents(), after in documents())| {
        runtime.block_on(async {
            let (id, _) = synced(&client, &before, &after).await;
            let again = document::sync(&client, &id, &after).edits_per_second(0).await.expect("synced");
            assert_eq!(again.calls, 0, "{before:?} {after:?}");
        });
    });
}
