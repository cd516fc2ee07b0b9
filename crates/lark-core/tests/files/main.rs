//! Files, up and down, against a server that notes what it is sent and breaks off as it is told.
#![allow(missing_docs)]

mod changes;
mod download;
mod operations;
mod patience;
mod resume;
mod saving;
mod server;
mod upload;

use lark_core::{Client, RetryPolicy};
use lark_test_support::watched;

use self::server::Server;

/// A name that needs care everywhere.
const NAME: &str = "合同 v2 \"final\".pdf";

fn client(server: &Server) -> Client {
    let retry = RetryPolicy::default().delays(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let builder = Client::builder("cli_test", "app-secret").base_url(server.url()).retry(retry);
    watched(builder).build().expect("the options are fine")
}
