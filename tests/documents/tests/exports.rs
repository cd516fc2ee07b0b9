//! Exports that are written as the blocks come.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use lark_core::http::{Request, Response};
use lark_core::{Body, Client, RetryPolicy, Transport, TransportFuture};
use lark_docx::document::{self, DocumentError};
use lark_sandbox::{Fault, Sandbox, Times};

use crate::round_trips::start;

const DOCUMENT: &str = "doxcn0000000000000000000001";

/// Has one document, whose revision is the next one each time it is asked for, and the last one then.
struct Platform {
    /// The blocks of each page.
    pages: Vec<String>,
    revisions: Mutex<VecDeque<i64>>,
}

impl Transport for Platform {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        let body = if path.contains("/auth/") {
            r#"{"code":0,"tenant_access_token":"t-a","expire":7200}"#.to_owned()
        } else if path.ends_with("/blocks") {
            let token = query.split('&').find_map(|it| it.strip_prefix("page_token="));
            let page: usize = token.and_then(|it| it.parse().ok()).unwrap_or(0);
            let (items, next) = (&self.pages[page], page + 1);
            let has_more = next < self.pages.len();
            format!(
                r#"{{"code":0,"data":{{"items":[{items}],"has_more":{has_more},"page_token":"{next}"}}}}"#
            )
        } else {
            let mut revisions = self.revisions.lock().expect("no panic");
            let revision = revisions[0];
            if revisions.len() > 1 {
                revisions.pop_front();
            }
            format!(
                r#"{{"code":0,"data":{{"document":{{"revision_id":{revision},"title":"r{revision}"}}}}}}"#
            )
        };
        Box::pin(async move { Ok(Response::new(body.into())) })
    }
}

fn client(pages: &[&[String]], revisions: &[i64]) -> Client {
    let pages = pages.iter().map(|it| it.join(",")).collect();
    let revisions = Mutex::new(revisions.iter().copied().collect());
    let client = Client::builder("cli_a", "secret").transport(Platform { pages, revisions });
    client.retry(RetryPolicy::none()).build().expect("fine")
}

fn block(id: &str, kind: &str, children: &[&str]) -> String {
    let number = if kind == "text" { 2 } else { 12 };
    let children = children.join("\",\"");
    let children = if children.is_empty() { String::new() } else { format!("\"{children}\"") };
    format!(
        r#"{{"block_id":"{id}","block_type":{number},"children":[{children}],"{kind}":{{"elements":[{{"text_run":{{"content":"{id}"}}}}]}}}}"#
    )
}

fn page(children: &[&str]) -> String {
    let children = children.join("\",\"");
    format!(r#"{{"block_id":"{DOCUMENT}","block_type":1,"children":["{children}"]}}"#)
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("lark-exports-{}-{name}.md", std::process::id()))
}

#[tokio::test]
async fn a_file_has_what_the_text_has() {
    let (_sandbox, client) = start().await;
    let export = || document::to_markdown(&client, Sandbox::EVERY_KIND_OF_BLOCK).with_title();
    let text = export().preface("---\nowner: me\n---\n\n").await.expect("exported");
    let path = file("same");
    let saved = export().preface("---\nowner: me\n---\n\n").save_to(&path).await.expect("saved");
    let written = fs::read_to_string(&path).expect("it is there");
    fs::remove_file(&path).expect("it is ours");
    assert!(written.starts_with("---\nowner: me\n---\n\n# A block of every kind\n\n"), "{written}");
    assert_eq!(written, text.markdown);
    assert_eq!((saved.title, saved.blocks), (text.title, text.blocks));
}

#[tokio::test]
async fn blocks_may_come_in_any_order() {
    let blocks = [
        page(&["a", "b", "c"]),
        block("a", "text", &[]),
        block("b", "bullet", &["x", "y"]),
        block("x", "bullet", &[]),
        block("y", "bullet", &["z"]),
        block("z", "text", &[]),
        block("c", "bullet", &[]),
    ];
    let mut reversed = blocks.to_vec();
    reversed.reverse();
    for order in [blocks.to_vec(), reversed] {
        // A block that comes with two pages is one block.
        let client = client(&[&order[..4], &order[3..5], &order[5..]], &[1]);
        let exported = document::to_markdown(&client, DOCUMENT).await.expect("exported");
        assert_eq!(exported.markdown, "a\n\n- b\n  - x\n  - y\n\n    z\n- c\n");
        assert_eq!(exported.blocks, 7);
    }
}

#[tokio::test]
async fn a_document_that_changes_meanwhile_is_written_again() {
    let path = file("changes");
    let blocks = [page(&["a"]), block("a", "text", &[])];
    let saved = document::to_markdown(&client(&[&blocks], &[1, 2, 2]), DOCUMENT).with_title();
    let saved = saved.save_to(&path).await.expect("saved");
    assert_eq!((saved.revision, saved.title.as_str(), saved.blocks), (2, "r2", 2));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "# r2\n\na\n");
    // Blocks of two revisions may be no tree.
    let torn = [page(&["a", "gone"]), block("a", "text", &[])];
    let failed = document::to_markdown(&client(&[&torn], &[1, 2, 3, 4]), DOCUMENT).save_to(&path);
    let error = failed.await.expect_err("it keeps changing");
    assert!(matches!(error, DocumentError::Changed { from: 1, to: 4, .. }), "{error}");
    let failed = document::to_markdown(&client(&[&torn], &[4]), DOCUMENT).save_to(&path);
    let error = failed.await.expect_err("it is no tree").to_string();
    assert!(error.ends_with("has the child gone, which is not among the blocks"), "{error}");
    // What was there stays until something complete takes its place.
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "# r2\n\na\n");
    fs::remove_file(&path).expect("it is ours");
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_was_not_complete() {
    let (sandbox, client) = start().await;
    let folder = std::env::temp_dir().join(format!("lark-exports-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    sandbox.fault("docx.v1.document.block.list", Times::Once, Fault::reset_after_execution());
    let export = document::to_markdown(&client, Sandbox::EVERY_KIND_OF_BLOCK);
    export.save_to(folder.join("a.md")).await.expect_err("the response is lost");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0);
    let nowhere = folder.join("missing").join("a.md");
    let export = document::to_markdown(&client, Sandbox::EVERY_KIND_OF_BLOCK);
    let error = export.save_to(&nowhere).await.expect_err("no folder");
    assert!(
        matches!(&error, DocumentError::File { path, .. } if *path == nowhere.display().to_string())
    );
    fs::remove_dir(&folder).expect("it is ours and empty");
}
