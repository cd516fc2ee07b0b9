//! The crates against the sandbox, over real HTTP on 127.0.0.1.
#![allow(missing_docs, reason = "tests")]

mod answers;
mod contents;
mod drift;
mod every_operation;
mod first_calls;
mod refusals;
mod tokens;

use lark_core::Client;
use lark_sandbox::Sandbox;

/// A client of the sandbox's app.
fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .build()
        .expect("the sandbox's settings are fine")
}
