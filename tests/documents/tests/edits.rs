//! Edits that fail on their way, images, and the pace of edits.

use std::sync::Mutex;
use std::time::Duration;

use lark_core::{FilePart, UserIdType};
use lark_docx::block::Block;
use lark_docx::document::{self, DocumentError, Progress};
use lark_sandbox::{Fault, Sandbox, Times};
use lark_test_support::{Directory, says_things_once};

use crate::round_trips::start;

const INSERT: &str = "docx.v1.document.block.descendant.create";
const UPDATE: &str = "docx.v1.document.block.batch_update";
const UPLOAD: &str = "drive.v1.media.upload_all";

#[tokio::test]
async fn a_failure_is_resumed_without_doubling() {
    let (sandbox, client) = start().await;
    let markdown: String = (0..2500).map(|it| format!("line {it}\n\n")).collect();
    for fault in [Fault::reset(), Fault::reset_after_execution()] {
        // The second of three insertions fails, before it is done or after.
        let write = document::from_markdown(&client, &markdown).edits_per_second(0);
        let sandbox_ref = &sandbox;
        sandbox_ref.fault(INSERT, Times::Once, Fault::latency(Duration::ZERO));
        sandbox_ref.fault(INSERT, Times::Once, fault);
        let error = write.await.expect_err("a fault");
        assert_eq!((error.written(), error.total()), (1000, 2500));
        let id = error.document_id().expect("created").to_owned();
        assert!(
            error.to_string().starts_with(&format!("1000 of 2500 blocks are in document {id}: ")),
            "{error}"
        );
        assert!(matches!(error.cause(), DocumentError::Call(_)));
        let written = error.resume().await.expect("the rest");
        assert_eq!((written.blocks, written.document_id.as_str()), (2500, id.as_str()));
        let exported = document::to_markdown(&client, id).await.expect("an export");
        assert_eq!(exported.markdown, markdown.trim_end().to_owned() + "\n");
    }
}

#[tokio::test]
async fn replacing_and_appending_keep_everything_until_it_is_there() {
    let (sandbox, client) = start().await;
    let id = document::from_markdown(&client, "old\n\nolder")
        .edits_per_second(0)
        .await
        .expect("made")
        .document_id;
    document::append(&client, &id, "more").edits_per_second(0).await.expect("appended");
    sandbox.fault("docx.v1.document.block.children.batch_delete", Times::Once, Fault::reset());
    let error =
        document::replace(&client, &id, "# new").edits_per_second(0).await.expect_err("a fault");
    says_things_once(&error);
    says_things_once(error.cause());
    let text = |exported: document::Exported| exported.markdown;
    let between = text(document::to_markdown(&client, &id).await.expect("an export"));
    assert_eq!(between, "old\n\nolder\n\nmore\n\n# new\n");
    let written = error.resume().await.expect("the rest");
    assert_eq!((written.blocks, written.deleted), (1, 3));
    let after = text(document::to_markdown(&client, &id).await.expect("an export"));
    assert_eq!(after, "# new\n");
}

#[tokio::test]
async fn images_go_up_to_their_blocks_and_come_down_again() {
    let (sandbox, client) = start().await;
    let directory = Directory::new();
    std::fs::write(directory.path().join("a b.png"), b"pixels").expect("a file");
    let markdown = "before\n\n![A picture](<a b.png>)\n\n![secret](../../etc/passwd)\n\n![far](https://example.com/i.png)";
    let written = document::from_markdown(&client, markdown)
        .images_from(directory.path())
        .edits_per_second(0)
        .await
        .expect("a document");
    assert_eq!(written.losses.len(), 2, "{:?}", written.losses);
    let nowhere = directory.path().join("nowhere");
    let write = document::from_markdown(&client, markdown).images_from(&nowhere);
    let error = write.await.expect_err("there is no folder").to_string();
    assert!(error.contains(&format!(": {}: ", nowhere.display())), "{error}");
    let media = directory.path().join("media");
    let export = || document::to_markdown(&client, &written.document_id).images_to(&media, "media");
    let exported = export().await.expect("an export");
    let (token, link) = exported.images.first_key_value().expect("an image");
    let saved = std::fs::read(directory.path().join(link)).expect("it was saved");
    assert_eq!(saved, b"pixels");
    assert_eq!(
        exported.markdown,
        format!("before\n\n![A picture]({link})\n\nsecret\n\n[far](https://example.com/i.png)\n")
    );
    assert!(link.starts_with(&format!("media/{token}")), "{link}");
    let downloads = || sandbox.calls_of("drive.v1.media.download").len();
    let before = downloads();
    assert_eq!(export().await.expect("an export"), exported);
    assert_eq!(downloads(), before, "it is there already");
    // The image is the one in the document, whichever way it is named.
    let synced =
        document::sync(&client, &written.document_id, &exported.markdown).await.expect("synced");
    assert_eq!(synced.calls, 0);
    // Into another document it is copied, because its token belongs to its block.
    let plain = document::to_markdown(&client, &written.document_id).await.expect("an export");
    let copy = document::from_markdown(&client, &plain.markdown)
        .edits_per_second(0)
        .await
        .expect("a copy");
    let copied = document::to_markdown(&client, &copy.document_id)
        .images_to(&media, "")
        .await
        .expect("an export");
    assert_eq!(copied.images.len(), 1);
    assert_ne!(copied.images.keys().next(), Some(token));
}

#[tokio::test]
async fn no_image_stays_empty_after_a_failure() {
    let (sandbox, client) = start().await;
    let markdown = "![1](1.png)\n\n![2](2.png)\n\n![3](3.png)";
    let bytes = |source: String| async move {
        Ok(Some(FilePart::bytes(source.clone(), source.into_bytes())))
    };
    sandbox.fault(UPLOAD, Times::Once, Fault::latency(Duration::ZERO));
    sandbox.fault(UPLOAD, Times::Once, Fault::reset());
    let write = document::from_markdown(&client, markdown).image_loader(bytes).edits_per_second(0);
    let error = write.await.expect_err("a fault");
    assert_eq!((error.written(), error.total()), (3, 3));
    sandbox.fault(UPDATE, Times::Once, Fault::reset_after_execution());
    let error = error.resume().await.expect_err("another fault");
    let written = error.resume().await.expect("the rest");
    let document = document::read(&client, &written.document_id).await.expect("a document");
    let contents: Vec<Vec<u8>> =
        document.page.children().iter().map(|it| content(&sandbox, it)).collect();
    assert_eq!(contents, [b"1.png", b"2.png", b"3.png"]);
    let missing = |_: String| async { Ok(None) };
    let written =
        document::from_markdown(&client, markdown).image_loader(missing).edits_per_second(0);
    assert_eq!(written.await.expect("links").losses.len(), 3);
}

fn content(sandbox: &Sandbox, image: &Block) -> Vec<u8> {
    let token = image.fields().image.as_ref().and_then(|it| it.token.clone()).expect("a token");
    sandbox.stored_file(&token).expect("it was uploaded").bytes().expect("it can be read")
}

#[tokio::test]
async fn progress_is_told_after_each_call() {
    let (_sandbox, client) = start().await;
    let seen: &'static Mutex<Vec<Progress>> = Box::leak(Box::default());
    document::create(&client, vec![Block::text("a"); 1500])
        .user_id_type(UserIdType::UnionId)
        .on_progress(|it| seen.lock().expect("no test panics here").push(it))
        .edits_per_second(0)
        .await
        .expect("a document");
    let seen: Vec<_> = seen
        .lock()
        .expect("no test panics here")
        .iter()
        .map(|it| (it.written, it.total, it.calls))
        .collect();
    assert_eq!(seen, [(0, 1500, 1), (1000, 1500, 2), (1500, 1500, 3)]);
}
