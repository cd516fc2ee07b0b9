//! Files, up and down, against a server that notes what it is sent and breaks off as it is told.
#![allow(missing_docs)]

mod changes;
#[path = "../common/directory.rs"]
mod directory;
mod download;
mod operations;
mod patience;
mod resume;
mod saving;
mod server;
mod upload;

use std::path::PathBuf;

use lark_core::{Client, RetryPolicy};

use self::directory::Directory;
use self::server::Server;

/// A name that needs care everywhere.
const NAME: &str = "合同 v2 \"final\".pdf";

fn client(server: &Server) -> Client {
    lark_canary::up();
    let retry = RetryPolicy::default().delays(std::time::Duration::ZERO, std::time::Duration::ZERO);
    Client::builder("cli_test", "app-secret")
        .base_url(server.url())
        .retry(retry)
        .on_call(|report| lark_canary::check_error(&report.outcome))
        .build()
        .expect("the options are fine")
}

/// Bytes that are the same nowhere, so that a piece in a wrong place is noticed.
fn content(length: usize) -> Vec<u8> {
    let word = |at: u32| at.wrapping_mul(2_654_435_761).to_le_bytes();
    (0..=u32::try_from(length / 4).expect("small")).flat_map(word).take(length).collect()
}

fn file_with(directory: &Directory, name: &str, content: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, content).expect("a file for tests");
    path
}

/// The names of what is in a directory.
fn names(directory: &Directory) -> Vec<String> {
    let entries = std::fs::read_dir(directory.path()).expect("it is there");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("readable").file_name();
    let mut names: Vec<_> = entries.map(|it| name(it).into_string().expect("text")).collect();
    names.sort();
    names
}
