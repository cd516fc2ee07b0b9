//! A document of 10,000 blocks: the calls that it takes.

use lark_docx::document;

use crate::round_trips::start;

fn text(changed: usize) -> String {
    let paragraph = |n: usize| match n {
        n if n == changed => "This one is **changed**.\n\n".to_owned(),
        n if n % 100 == 0 => format!("## Chapter {n}\n\n"),
        n => format!("Paragraph {n} of a long document.\n\n"),
    };
    (0..10_000).map(paragraph).collect()
}

#[tokio::test]
async fn is_written_read_and_changed_in_as_few_calls_as_there_can_be() {
    let (sandbox, client) = start().await;
    let calls = |operation: &str| sandbox.requests_of(&format!("docx.v1.document.{operation}"));
    let before = text(usize::MAX);
    let written = document::from_markdown(&client, &before).edits_per_second(0).await;
    let written = written.expect("written");
    assert_eq!((written.blocks, written.calls), (10_000, 11));
    // 1,000 blocks a call.
    assert_eq!((calls("create"), calls("block.descendant.create")), (1, 10));

    let exported = document::to_markdown(&client, &written.document_id).await.expect("exported");
    assert_eq!((exported.blocks, exported.markdown.len()), (10_001, before.trim_end().len() + 1));
    // 500 blocks a page, the page of the document among them, and the revision before and after.
    assert_eq!((calls("block.list"), calls("get")), (21, 2));

    let after = text(5_050);
    let synced = document::sync(&client, &written.document_id, &after).await.expect("synced");
    assert_eq!((synced.calls, synced.updated, synced.blocks, synced.deleted), (1, 1, 0, 0));
    // It was read, and nothing else was written.
    assert_eq!((calls("block.list"), calls("get"), calls("block.batch_update")), (42, 4, 1));
    assert_eq!((calls("block.descendant.create"), calls("block.children.batch_delete")), (10, 0));
    let exported = document::to_markdown(&client, &written.document_id).await.expect("exported");
    assert!(exported.markdown.contains("This one is **changed**."));
}

#[tokio::test]
async fn one_that_is_known_is_changed_in_two_calls_unless_somebody_else_was_faster() {
    let (sandbox, client) = start().await;
    let calls = || sandbox.requests();
    let written = document::from_markdown(&client, &text(usize::MAX)).edits_per_second(0).await;
    let id = written.expect("written").document_id;
    let known = document::read(&client, &id).await.expect("read");
    let kept = document::Document::new(&*id, known.revision, known.page.clone());
    assert_eq!((&kept.page, kept.revision), (&known.page, known.revision));

    let before = calls();
    let synced = document::sync(&client, &id, &text(5_050)).known(kept).await.expect("synced");
    assert_eq!((synced.updated, synced.blocks, synced.deleted), (1, 0, 0));
    assert_eq!(calls() - before, 2, "its revision, and the edit");

    // Now it has another revision than the one that is known.
    let before = calls();
    let synced = document::sync(&client, &id, &text(7_050)).known(known).await.expect("synced");
    assert_eq!((synced.updated, synced.blocks, synced.deleted), (2, 0, 0));
    assert_eq!(calls() - before, 23 + 1, "its revision is asked for once before it is read");
    let other = document::from_markdown(&client, "Another").await.expect("written").document_id;
    let known = document::read(&client, &id).await.expect("read");
    let synced = document::sync(&client, &other, "Another one").known(known).await;
    assert_eq!(synced.expect("it is not taken for it").updated, 1);
}
