//! How much memory documents take: counted by the allocator, so in a process of its own.

#![allow(missing_docs, reason = "a test")]

use bytes::Bytes;
use lark_core::http::{Method, Request, Response};
use lark_core::{Body, Client, Transport, TransportFuture};
use lark_docx::document;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const PAGE: usize = 500;
const DOCUMENT: &str = "doxcnMemoryMemoryMemoryMemo";

/// Has a document of texts, whose pages it makes when they are asked for, and takes every edit.
struct Platform {
    blocks: usize,
}

impl Platform {
    fn page(&self, number: usize) -> String {
        let id = |n: usize| format!("doxcn{n:022}");
        let end = ((number + 1) * PAGE).min(self.blocks + 1);
        let item = |at: usize| match at.checked_sub(1) {
            Some(n) => format!(
                r#"{{"block_id":"{}","block_type":2,"text":{{"elements":[{{"text_run":{{"content":"paragraph {n} with some words"}}}}]}}}}"#,
                id(n)
            ),
            None => {
                let children: Vec<String> =
                    (0..self.blocks).map(|n| format!("\"{}\"", id(n))).collect();
                let children = children.join(",");
                format!(r#"{{"block_id":"{DOCUMENT}","block_type":1,"children":[{children}]}}"#)
            }
        };
        let items: Vec<String> = (number * PAGE..end).map(item).collect();
        let (items, has_more, next) = (items.join(","), end <= self.blocks, number + 1);
        format!(r#"{{"items":[{items}],"has_more":{has_more},"page_token":"{next}"}}"#)
    }

    fn response(&self, request: &Request<Body>) -> String {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        if path.contains("/auth/v3/") {
            return r#"{"code":0,"tenant_access_token":"t-b","expire":7200}"#.to_owned();
        }
        let data = if request.method() == Method::GET && path.ends_with("/blocks") {
            let token = query.split('&').find_map(|it| it.strip_prefix("page_token="));
            self.page(token.and_then(|it| it.parse().ok()).unwrap_or(0))
        } else {
            format!(r#"{{"document":{{"document_id":"{DOCUMENT}","revision_id":1,"title":"t"}}}}"#)
        };
        format!(r#"{{"code":0,"msg":"success","data":{data}}}"#)
    }
}

impl Transport for Platform {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let body: Bytes = self.response(&request).into();
        Box::pin(async move { Ok(Response::new(body.into())) })
    }
}

fn client(blocks: usize) -> Client {
    let client = Client::builder("cli_memory", "secret").transport(Platform { blocks });
    client.build().expect("fine")
}

/// The most that is allocated meanwhile beyond what was before, in KiB.
async fn peak(run: impl Future<Output = ()>) -> usize {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    run.await;
    ALLOCATED.peak_usage().saturating_sub(before) >> 10
}

async fn export(blocks: usize) -> usize {
    let client = client(blocks);
    let path = std::env::temp_dir().join(format!("lark-documents-{}.md", std::process::id()));
    let peak = peak(async {
        let saved = document::to_markdown(&client, DOCUMENT).save_to(&path).await.expect("saved");
        assert_eq!(saved.blocks, blocks + 1);
    });
    let peak = peak.await;
    let lines = std::fs::read_to_string(&path).expect("it is there").lines().count();
    assert_eq!(lines, blocks * 2 - 1, "a blank line is between paragraphs");
    std::fs::remove_file(&path).expect("it is ours");
    peak
}

async fn import(blocks: usize) -> usize {
    let client = client(0);
    let paragraph = |n: usize| format!("Paragraph {n} with **some** words.\n\n");
    let text: String = (0..blocks).map(paragraph).collect();
    let peak = peak(async {
        let written = document::from_markdown(&client, &text).edits_per_second(0);
        let written = written.await.expect("written");
        assert_eq!((written.blocks, written.calls), (blocks, 1 + blocks.div_ceil(1000)));
    });
    // The text is kept as long as it is written.
    peak.await.saturating_sub(text.len() >> 10)
}

#[tokio::test]
async fn grows_by_the_ids_of_blocks_only() {
    // What is made once is there.
    export(1_000).await;
    import(1_000).await;
    let (small, large) = (export(2_000).await, export(20_000).await);
    let bytes = (large.saturating_sub(small) << 10) / 18_000;
    assert!(
        large < 8 << 10 && bytes < 250,
        "an export of 20,000 blocks takes {large} KiB, {bytes} bytes a block"
    );
    let (small, large) = (import(2_000).await, import(20_000).await);
    let bytes = (large.saturating_sub(small) << 10) / 18_000;
    assert!(
        large < 8 << 10 && bytes < 50,
        "an import of 20,000 blocks takes {large} KiB, {bytes} bytes a block"
    );
}
