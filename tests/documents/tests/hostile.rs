//! Documents under bad conditions: failures at any call, writes that are cancelled, nothing to write, too much of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::FilePart;
use lark_docx::block::Block;
use lark_docx::document::{self, DocumentError};
use lark_docx::markdown::{Options, parse, render};
use lark_docx::v1::{
    Block as BlockFields, BlockType, Callout, Text, TextElement, TextRun, document_block_children,
};
use lark_sandbox::{Fault, Times};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::properties::cases;
use crate::round_trips::start;

/// A sequence that a number determines.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("small")
    }
}

fn part(numbers: &mut Numbers, at: usize) -> String {
    match numbers.below(9) {
        0 => format!("# Chapter {at}"),
        1 => format!("- item {at}\n  - below\n    - below it\n- [x] done"),
        2 => format!("> quoted {at}\n>\n> - in it"),
        3 => format!("```rust\nfn f{at}() {{}}\n```"),
        4 => format!("![image {at}](i{at}.png)"),
        5 => format!(
            "<table>\n<tr>\n<td colspan=\"2\">\n\nwide {at}\n\n- x\n\n</td>\n</tr>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</table>"
        ),
        6 => format!("| a{at} | b |\n| --- | --- |\n") + &"| 1 | 2 |\n".repeat(numbers.below(300)),
        _ => format!("Paragraph {at} with **bold** words.\n\n").repeat(1 + numbers.below(300)),
    }
}

#[tokio::test]
async fn whatever_call_fails_nothing_is_lost_or_doubled() {
    let (sandbox, client) = start().await;
    let operations = [
        "docx.v1.document.block.descendant.create",
        "docx.v1.document.block.batch_update",
        "docx.v1.document.block.children.get",
        "drive.v1.media.upload_all",
    ];
    let mut failures = 0_u64;
    let seeds = u64::from(cases()) / 40;
    for seed in 1..=seeds {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let parts: Vec<String> = (0..12).map(|at| part(&mut numbers, at)).collect();
        let markdown = parts.join("\n\n");
        for _ in 0..8 {
            let fault = match numbers.below(5) {
                0 => Fault::reset(),
                1 => Fault::reset_after_execution(),
                2 => Fault::status(502),
                3 => Fault::truncated_json(),
                _ => Fault::rate_limited(1),
            };
            let operation = operations[numbers.below(operations.len())];
            sandbox.fault(
                operation,
                Times::Next(numbers.below(3) as u32),
                Fault::latency(Duration::ZERO),
            );
            sandbox.fault(operation, Times::Once, fault);
        }
        let images = |_: String| async { Ok(Some(FilePart::bytes("i.png", "image"))) };
        let write = document::from_markdown(&client, &markdown).edits_per_second(0);
        let mut written = write.image_loader(images).await;
        for _ in 0..40 {
            let Err(error) = written else { break };
            failures += 1;
            written = error.resume().await;
        }
        let written = written.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        sandbox.clear_faults();
        let exported =
            document::to_markdown(&client, &written.document_id).await.expect("exported");
        // Images have tokens now.
        let shown = |markdown: &str| {
            let lines =
                markdown.lines().map(|line| line.split("](").next().unwrap_or(line).to_owned());
            lines.collect::<Vec<_>>()
        };
        let expected = render(&parse(&markdown).blocks, &Options::new());
        assert_eq!(shown(&exported.markdown), shown(&expected), "seed {seed}");
        assert_eq!(written.blocks + 1, exported.blocks, "seed {seed}");
        assert!(!exported.markdown.contains("![image]()"), "seed {seed}: an empty image");
    }
    assert!(failures > seeds * 2, "only {failures} failures");
}

#[tokio::test]
async fn a_write_that_is_cancelled_has_told_which_document_it_is() {
    let (sandbox, client) = start().await;
    let markdown = "a paragraph\n\n".repeat(2500);
    let id = Arc::new(Mutex::new(None));
    let (told, begun) = (Arc::clone(&id), Arc::new(Notify::new()));
    let notify = Arc::clone(&begun);
    let write = document::from_markdown(&client, &markdown).edits_per_second(0);
    let write = write.on_progress(move |progress| {
        *told.lock().expect("no panic") = progress.document_id;
        if progress.written == 1000 {
            notify.notify_one();
        }
    });
    let insert = "docx.v1.document.block.descendant.create";
    sandbox.fault(insert, Times::Once, Fault::latency(Duration::ZERO));
    sandbox.fault(insert, Times::Once, Fault::hang());
    let hung = async {
        begun.notified().await;
        // Until the platform has the next part, too: a fault that is cleared before hangs nothing.
        while sandbox.faults_served() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = hung => {}
        written = write.into_future() => panic!("it hangs: {:?}", written.map(|it| it.blocks)),
    }
    sandbox.clear_faults();
    let id = id.lock().expect("no panic").clone().expect("a document");
    let written = document::replace(&client, &id, &markdown).edits_per_second(0).await;
    assert_eq!(written.expect("written").deleted, 1000);
    let exported = document::to_markdown(&client, &id).await.expect("exported");
    assert_eq!(exported.markdown, markdown.trim_end().to_owned() + "\n");
}

#[tokio::test]
async fn nothing_is_a_document_too() {
    let (_sandbox, client) = start().await;
    for nothing in ["", "\n\n", "   \n", "<!-- a comment -->\n"] {
        let written = document::from_markdown(&client, nothing).await.expect("written");
        assert_eq!((written.blocks, written.calls), (0, 1), "{nothing:?}");
        let exported =
            document::to_markdown(&client, &written.document_id).await.expect("exported");
        assert_eq!((exported.markdown.as_str(), exported.blocks), ("", 1));
        let path = std::env::temp_dir().join(format!("lark-nothing-{}.md", std::process::id()));
        document::to_markdown(&client, &written.document_id).save_to(&path).await.expect("saved");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "");
        std::fs::remove_file(&path).expect("it is ours");
        document::append(&client, &written.document_id, "text").await.expect("appended");
        let synced = document::sync(&client, &written.document_id, nothing).await.expect("synced");
        assert_eq!(synced.deleted, 1);
        document::append(&client, &written.document_id, "text").await.expect("appended");
        let replaced = document::replace(&client, &written.document_id, nothing).await;
        assert_eq!(replaced.expect("replaced").deleted, 1);
    }
}

#[tokio::test]
async fn what_the_platform_would_not_take_stays_refused() {
    let (sandbox, client) = start().await;
    // A row of a table goes into a single call.
    let cell = "- item\n".repeat(1100);
    let giant = format!("text\n\n<table>\n<tr>\n<td>\n\n{cell}\n</td>\n</tr>\n</table>\n");
    let mut error = document::from_markdown(&client, &giant).await.expect_err("too large");
    for _ in 0..2 {
        assert!(matches!(error.cause(), DocumentError::Block(_)), "{error}");
        assert!(
            error.to_string().contains("1102 blocks of a row of a table, the limit is 1000"),
            "{error}"
        );
        error = error.resume().await.expect_err("still too large");
    }
    assert_eq!(sandbox.requests_of("docx.v1.document.create"), 0);
}

#[test]
fn a_document_of_the_greatest_depth_is_written_on_the_stack_of_a_thread() {
    type Around = fn(Block) -> Block;
    let around: [Around; 4] = [
        |it| Block::bullet("x").child(it),
        |it| Block::quote_container([it]),
        |it| Block::callout(Callout::new(), [it]),
        |it| Block::grid([[it]]),
    ];
    for around in around {
        let deep = (0..128).fold(Block::text("end"), |it, _| around(it));
        let markdown = render(&[deep], &Options::new());
        assert!(markdown.contains("end"));
        assert!(render(&parse(&markdown).blocks, &Options::new()).contains("end"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_writes_meanwhile_is_not_deleted() {
    let (_sandbox, client) = start().await;
    let before = "one\n\ntwo\n\nthree\n\nfour\n";
    for is_sync in [false, true] {
        let id = document::from_markdown(&client, before).await.expect("written").document_id;
        let after = "# new\n\nfour\n";
        let write = match is_sync {
            true => document::sync(&client, &id, after),
            false => document::replace(&client, &id, after),
        };
        // After the first call, somebody writes at the top.
        let (other, target) = (client.clone(), id.clone());
        let hook = move |progress: document::Progress| {
            if progress.calls == 1 {
                let text = [BlockFields::new().block_type(BlockType::Text).text(words("theirs"))];
                let create =
                    document_block_children::create(&*target, &*target).index(0).children(text);
                let other = other.clone();
                tokio::task::block_in_place(|| {
                    Handle::current().block_on(async { other.send(create).await }).expect("created")
                });
            }
        };
        write.edits_per_second(0).on_progress(hook).await.expect("written");
        let shown = document::to_markdown(&client, &id).await.expect("exported").markdown;
        assert_eq!(shown, "theirs\n\n# new\n\nfour\n", "sync: {is_sync}");
    }
}

fn words(text: &str) -> Text {
    Text::new().elements([TextElement::new().text_run(TextRun::new().content(text))])
}
