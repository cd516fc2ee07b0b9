//! The tests of `files`, over a client of reqwest.
#![allow(missing_docs)]

#[path = "../files/changes.rs"]
mod changes;
#[path = "../files/download.rs"]
mod download;
#[path = "../files/operations.rs"]
mod operations;
#[path = "../network/own.rs"]
mod own;
#[path = "../files/resume.rs"]
mod resume;
#[path = "../files/saving.rs"]
mod saving;
#[path = "../files/server.rs"]
mod server;
#[path = "../files/upload.rs"]
mod upload;

use std::time::Duration;

use lark_core::reqwest::redirect::Policy;
use lark_core::{Client, RetryPolicy};
use lark_test_support::watched;

use self::server::Server;

const NAME: &str = "合同 v2 \"final\".pdf";

fn client(server: &Server) -> Client {
    let own = own::builder().redirect(Policy::none()).build().expect("usable options");
    let retry = RetryPolicy::default().delays(Duration::ZERO, Duration::ZERO);
    let builder = Client::builder("cli_test", "app-secret").base_url(server.url()).retry(retry);
    watched(builder.transport(own)).build().expect("the options are fine")
}
