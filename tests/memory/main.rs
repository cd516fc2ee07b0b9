//! A large file to Drive and back in little memory. In a process of its own, because the peak of its
//! resident set is what is measured: of the SDK and of the sandbox together.
#![cfg(target_os = "linux")]
#![allow(missing_docs, reason = "a test")]

use std::fs::{self, File};

use lark_core::Client;
use lark_drive::upload::{self, Source};
use lark_drive::v1::file;
use lark_sandbox::Sandbox;

const SIZE: u64 = 128 << 20;
/// What it may add, in KiB: less than the parts that are on their way at once, and their copies.
const ROOM: u64 = 16 << 10;

#[tokio::test]
async fn does_not_grow_with_the_file() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build().expect("fine");
    let directory = std::env::temp_dir().join(format!("lark-memory-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a temporary directory");
    let (source, target) = (directory.join("up"), directory.join("down"));
    // It takes no room.
    File::create(&source).and_then(|file| file.set_len(SIZE)).expect("it is writable");
    // What is needed once is there after a small file.
    let small = upload::file(&client, Source::bytes("a", "a")).folder("f").send().await;
    client.send(file::download(small.expect("sent").file_token)).await.expect("it is there");
    let before = peak();
    let token = upload::file(&client, &source).folder("f").send().await.expect("sent").file_token;
    let up = peak() - before;
    let got = client.send(file::download(token)).await.expect("it is there");
    assert_eq!(got.save_to(&target).await.expect("saved"), SIZE);
    let down = peak() - before;
    fs::remove_dir_all(&directory).expect("it is ours");
    assert!(down < ROOM, "grown by {up} KiB after the upload, {down} KiB after the download");
}

/// The largest resident set of this process so far, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("a number of KiB")
}
