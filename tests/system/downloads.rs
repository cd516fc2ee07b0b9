//! Files from the sandbox that arrive in spite of broken connections, or not at all.

use std::fs;
use std::time::Duration;

use lark_core::{Client, RetryPolicy, Stage};
use lark_drive::upload::{self, Source};
use lark_drive::v1::file;
use lark_sandbox::{Fault, Sandbox, ScriptedResponse, Times};
use lark_test_support::{Directory, content};
use serde_json::json;

const DOWNLOAD: &str = "drive.v1.file.download";
const SIZE: usize = 3_000_000;

async fn uploaded(client: &Client) -> String {
    let source = Source::bytes("a.bin", content(SIZE));
    upload::file(client, source).folder("fldcn1").send().await.expect("sent").file_token
}

/// The first break leaves half of the file, the second half of the rest.
#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let retry = RetryPolicy::default().delays(Duration::ZERO, Duration::ZERO);
    let client = crate::client(&sandbox).with_retry(retry);
    let token = uploaded(&client).await;
    let directory = Directory::new();
    let path = directory.file("a.bin", b"before");
    sandbox.fault(DOWNLOAD, Times::Next(2), Fault::reset_mid_body());
    let got = client.send(file::download(&token)).await.expect("a file");
    assert_eq!(got.save_to(&path).await.expect("whole"), SIZE as u64);
    assert!(fs::read(&path).expect("it is there") == content(SIZE));
    assert_eq!((sandbox.requests_of(DOWNLOAD), sandbox.faults_served()), (3, 2));
}

#[tokio::test]
async fn a_download_that_fails_leaves_its_target_as_it_was() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox).with_retry(RetryPolicy::none());
    let token = uploaded(&client).await;
    let directory = Directory::new();
    let path = directory.file("a.bin", b"before");
    sandbox.fault(DOWNLOAD, Times::Once, Fault::reset_mid_body());
    let got = client.send(file::download(&token)).await.expect("a file");
    got.save_to(&path).await.expect_err("half of it");
    let refused = json!({ "code": 1_061_004, "msg": "forbidden." });
    sandbox.respond_with(DOWNLOAD, Times::Once, ScriptedResponse::json(200, &refused));
    let error = client.send(file::download(&token)).await.expect_err("JSON in a 200");
    assert_eq!((error.stage(), error.code()), (Stage::Api, Some(1_061_004)), "{error}");
    let got = client.send(file::download(&token)).await.expect("a file");
    let limited = got.bytes(SIZE - 1).await.expect_err("more than that");
    assert!(limited.to_string().contains(&(SIZE - 1).to_string()), "{limited}");
    assert_eq!(fs::read(&path).expect("it is there"), b"before");
    let left = fs::read_dir(directory.path()).expect("it is there").count();
    assert_eq!(left, 1, "nothing else is in the directory");
}
