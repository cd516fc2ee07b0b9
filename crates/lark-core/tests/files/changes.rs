//! Files that change while they are read.

use std::fs::OpenOptions;
use std::path::PathBuf;

use lark_core::{FilePart, Stage};
use lark_test_support::{Directory, content};

use crate::client;
use crate::operations::put;
use crate::server::{Reply, Server};

const LENGTH: u64 = 4_000_000;

/// A file whose length becomes `length` when its first piece is sent.
fn changing(path: &PathBuf, length: u64) -> FilePart {
    let file = OpenOptions::new().write(true).open(path).expect("a file for tests");
    FilePart::path(path).on_progress(move |_, _| file.set_len(length).expect("it can change"))
}

#[tokio::test]
async fn a_file_that_grows_or_shrinks_while_it_is_sent_is_never_a_whole_body() {
    let server = Server::start(|_, _| Reply::json(r#"{"code":0}"#)).await;
    let client = client(&server);
    let directory = Directory::new();
    for length in [LENGTH + 1, LENGTH - 1, LENGTH / 2, 0] {
        let path = directory.file("changing.bin", &content(4_000_000));
        let error = client.send(put(changing(&path, length))).await.expect_err("it changed");
        let expected = format!(
            "test.v1.file.create: send: cannot send {path:?}: it changed while it was read: \
             {LENGTH} bytes when opened, {length} now"
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!((error.stage(), error.file()), (Stage::Send, Some(path.as_path())));
        assert!(!error.is_transient());
    }
    assert!(server.calls().iter().all(|asked| !asked.is_whole));
}

#[tokio::test]
async fn a_range_may_be_of_a_file_that_grows_but_not_of_one_that_loses_it() {
    let server = Server::start(|_, _| Reply::json(r#"{"code":0}"#)).await;
    let client = client(&server);
    let directory = Directory::new();
    let path = directory.file("changing.bin", &content(4_000_000));
    let grows = changing(&path, LENGTH + 1).range(0, LENGTH / 2);
    client.send(put(grows)).await.expect("the range is as it was");
    let shrinks = changing(&path, LENGTH / 4).range(0, LENGTH / 2);
    let error = client.send(put(shrinks)).await.expect_err("it has lost half of it");
    assert!(error.to_string().contains("it changed while it was read: enough bytes"), "{error}");
}
