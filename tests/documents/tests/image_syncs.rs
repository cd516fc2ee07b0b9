//! Documents that are brought to what their Markdown says, again and again: images that are files, and blocks that
//! nobody can create.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lark_core::FilePart;
use lark_docx::block::Block;
use lark_docx::document::{self, Written};
use lark_docx::v1::{Callout, document_block_children};
use lark_sandbox::{Fault, Sandbox, Times};
use lark_test_support::Directory;

use crate::round_trips::start;

const DOWNLOAD: &str = "drive.v1.media.download";
const UPLOAD: &str = "drive.v1.media.upload_all";

const MARKDOWN: &str = "one\n\n![first](a.png)\n\n- item\n\n  ![again](a.png)\n\n![](b.png)\n\n![far](https://example.com/c.png)\n";

fn changes(written: &Written) -> (usize, usize, usize) {
    (written.blocks, written.updated, written.deleted)
}

#[tokio::test]
async fn an_image_is_known_by_its_content() {
    let (sandbox, client) = start().await;
    let directory = Directory::new();
    let folder = directory.path();
    for (name, content) in [("a.png", "pixels"), ("b.png", "others")] {
        std::fs::write(folder.join(name), content).expect("a file");
    }
    let made = document::from_markdown(&client, MARKDOWN).images_from(folder).edits_per_second(0);
    let id = made.await.expect("made").document_id;
    let sync = |markdown: &str| {
        document::sync(&client, &id, markdown).images_from(folder).edits_per_second(0)
    };
    for _ in 0..2 {
        let written = sync(MARKDOWN).await.expect("synced");
        assert_eq!((written.calls, changes(&written)), (0, (0, 0, 0)));
        let losses: Vec<String> = written.losses.iter().map(ToString::to_string).collect();
        assert_eq!(losses, ["the image https://example.com/c.png cannot be had, it is a link"]);
    }
    // Other blocks are changed around them.
    let uploads = || sandbox.requests_of(UPLOAD);
    let before = uploads();
    let changed = MARKDOWN.replace("one", "two");
    assert_eq!(changes(&sync(&changed).await.expect("synced")), (0, 1, 0));
    // One with another content is another one.
    std::fs::write(folder.join("b.png"), "new pixels").expect("a file");
    let written = sync(&changed).await.expect("synced");
    assert_eq!((changes(&written), uploads() - before), ((1, 0, 1), 1));
    assert_eq!(sync(&changed).await.expect("synced").calls, 0);
    // Without the folder all of them are links.
    let written = document::sync(&client, &id, &changed).edits_per_second(0);
    assert_eq!(changes(&written.await.expect("synced")), (3, 0, 3));
    let written = document::sync(&client, &id, &changed).edits_per_second(0);
    assert_eq!(written.await.expect("synced").calls, 0);
}

#[tokio::test]
async fn an_image_that_can_be_read_once_is_read_once() {
    let (_sandbox, client) = start().await;
    let loads = Arc::new(AtomicUsize::new(0));
    let loader = || {
        let loads = Arc::clone(&loads);
        move |source: String| {
            loads.fetch_add(1, Ordering::Relaxed);
            let length = Some(source.len() as u64);
            let part = FilePart::reader("i.png", io::Cursor::new(source), length);
            std::future::ready(Ok(Some(part)))
        }
    };
    let made = document::from_markdown(&client, "![](a.png)").image_loader(loader());
    let id = made.edits_per_second(0).await.expect("made").document_id;
    let written = document::sync(&client, &id, "![](a.png)\n\n![](b.png)").edits_per_second(0);
    let written = written.image_loader(loader()).await.expect("synced");
    assert_eq!((changes(&written), loads.load(Ordering::Relaxed)), ((1, 0, 0), 3));
}

#[tokio::test]
async fn a_failure_before_the_difference_is_known_changes_nothing() {
    let (sandbox, client) = start().await;
    let directory = Directory::new();
    std::fs::write(directory.path().join("a.png"), "pixels").expect("a file");
    let write = document::from_markdown(&client, "a\n\n![](a.png)").images_from(directory.path());
    let id = write.edits_per_second(0).await.expect("made").document_id;
    sandbox.fault(DOWNLOAD, Times::Once, Fault::reset());
    let sync = document::sync(&client, &id, "b\n\n![](a.png)").images_from(directory.path());
    let error = sync.edits_per_second(0).await.expect_err("a fault");
    assert!(error.to_string().starts_with(&format!("document {id} was not changed: ")), "{error}");
    assert_eq!(changes(&error.resume().await.expect("the rest")), (0, 1, 0));
    let nowhere = directory.path().join("nowhere");
    let sync = document::sync(&client, &id, "c\n\n![](a.png)").images_from(&nowhere);
    let error = sync.edits_per_second(0).await.expect_err("there is no folder").to_string();
    assert!(error.contains(" was not changed: ") && error.contains("nowhere: "), "{error}");
    let exported = document::to_markdown(&client, &id).await.expect("exported").markdown;
    assert!(exported.starts_with("b\n\n![]("), "{exported}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_leaves_no_document_behind() {
    let (sandbox, client) = start().await;
    let directory = Directory::new();
    let later = directory.path().join("later");
    let write = document::from_markdown(&client, "![](a.png)").images_from(&later);
    let error = write.edits_per_second(0).await.expect_err("there is no folder");
    assert!(error.to_string().starts_with("no document was created: "), "{error}");
    assert_eq!(sandbox.requests_of("docx.v1.document.create"), 0);
    std::fs::create_dir(&later).expect("a folder");
    std::fs::write(later.join("a.png"), "pixels").expect("a file");
    assert_eq!(error.resume().await.expect("made").losses.len(), 0);
    // Who has no images needs no folder: an export without any makes none.
    let nowhere = directory.path().join("nowhere");
    document::from_markdown(&client, "a").images_from(nowhere).await.expect("made");
}

#[tokio::test]
async fn what_nobody_can_create_stays_the_text_that_it_became() {
    let (_sandbox, client) = start().await;
    let exported = document::to_markdown(&client, Sandbox::EVERY_KIND_OF_BLOCK).await;
    let markdown = exported.expect("exported").markdown;
    let made = document::from_markdown(&client, &markdown).edits_per_second(0).await;
    let id = made.expect("made").document_id;
    let written = document::sync(&client, &id, &markdown).edits_per_second(0).await;
    assert_eq!(changes(&written.expect("synced")), (0, 0, 0));
}

/// The loader is asked between the reading and the first edit.
#[tokio::test]
async fn what_others_delete_meanwhile_is_looked_for_no_longer() {
    let (_sandbox, client) = start().await;
    let before = "one\n\ntwo\n\n- three\n  - four\n\nfive\n\nsix";
    let after = "one\n\nTWO\n\n- three\n  - FOUR\n\nsix\n\n![](i.png)";
    for (start, end) in [(0, 1), (1, 2), (2, 4), (0, 5)] {
        let made = document::from_markdown(&client, before).edits_per_second(0).await;
        let id = made.expect("made").document_id;
        let others = document_block_children::batch_delete(&*id, &*id);
        let others = others.start_index(start).end_index(end);
        let edit = Arc::new(Mutex::new(Some((client.clone(), others))));
        let load = move |_: String| {
            let edit = edit.lock().expect("no panic").take();
            async move {
                if let Some((client, edit)) = edit {
                    client.send(edit).await.expect("deleted");
                }
                Ok(Some(FilePart::bytes("i.png", "pixels")))
            }
        };
        let sync = document::sync(&client, &id, after).image_loader(load).edits_per_second(0);
        sync.await.expect("synced");
        let read = document::to_markdown(&client, &id).await.expect("exported").markdown;
        let text = read.split("![](").next().expect("a text");
        assert_eq!(text, after.split("![](").next().expect("a text"), "{start} to {end}");
        assert_eq!(read.matches("![](lark:image/").count(), 1);
    }
}

#[tokio::test]
async fn a_document_that_is_not_there_is_named() {
    let (_sandbox, client) = start().await;
    let id = "doxcnNothing000000000000000";
    let errors = [
        document::sync(&client, id, "a").await.expect_err("no document").to_string(),
        document::replace(&client, id, "a").await.expect_err("no document").to_string(),
    ];
    for error in errors {
        assert!(error.starts_with(&format!("document {id} was not changed: ")), "{error}");
    }
}

#[tokio::test]
async fn what_the_platform_would_not_take_creates_no_document() {
    let (sandbox, client) = start().await;
    let cells = || Block::table([["a", "b"], ["c", "d"]]);
    let merged = "cells are merged that are not in a table of 2 rows and 2 columns";
    for (block, why) in [
        (Block::grid([[Block::text("a")]]), "1 columns of a grid, there must be 2 at least"),
        (Block::grid(Vec::<Vec<Block>>::new()), "0 columns of a grid"),
        (Block::table(Vec::<Vec<&str>>::new()), "0 cells of a table, there must be 1 at least"),
        (cells().merge_cells(0, 1, 1, 2), merged),
        (cells().merge_cells(0, 2, 1, 1), merged),
        (cells().merge_cells(7, 7, 1, 2), merged),
        (cells().merge_cells(1, 0, 1, 2).merge_cells(0, 1, 2, 1), merged),
        (Block::callout(Callout::new(), [Block::divider()]), "a block Callout cannot contain"),
    ] {
        let error = document::create(&client, [block]).await.expect_err(why).to_string();
        assert!(error.starts_with(&format!("no document was created: {why}")), "{error}");
    }
    assert_eq!(sandbox.requests_of("docx.v1.document.create"), 0);
    // A cell that another one covers has nothing to say.
    let table = cells().merge_cells(0, 0, 2, 2).merge_cells(0, 1, 2, 1);
    assert_eq!(document::create(&client, [table]).await.expect("made").blocks, 9);
}
