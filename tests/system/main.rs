//! The crates against the sandbox, over real HTTP on 127.0.0.1.
#![allow(missing_docs, reason = "tests")]

mod answers;
mod cards;
mod contents;
mod contract;
mod custom_bots;
mod downloads;
mod drift;
mod every_list;
mod every_operation;
mod faults;
mod first_calls;
mod json;
mod limits;
mod refusals;
mod renewal;
mod reports;
mod secrets;
mod sessions;
mod sign_in;
mod sign_in_elsewhere;
mod sign_in_refusals;
mod tenants;
mod token_refusals;
mod tokens;
mod upload_files;
mod uploads;

use lark_core::{Client, DecodeMode};
use lark_sandbox::Sandbox;
use lark_test_support::watched;

/// A client of the sandbox's app, whose traces and errors are searched for secrets.
fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
    watched(builder.base_url(sandbox.base_url())).build().expect("the sandbox's settings are fine")
}

/// The same for operations of all kinds, which fails a call whose response differs from its spec.
fn sweeping_client(sandbox: &Sandbox) -> Client {
    let client = client(sandbox).with_decode_mode(DecodeMode::Strict);
    client.with_helpdesk(sandbox.helpdesk_id(), sandbox.helpdesk_token())
}
