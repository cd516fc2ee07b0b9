//! Signing in and staying signed in, against servers in memory. The clocks are tokio's, paused.
#![allow(missing_docs)]

mod authorization_server;
mod clock;
mod crashes;
mod device;
mod endpoints;
mod failures;
mod files;
mod panics;
mod processes;
mod redirects;
mod refreshing;
mod stores;
mod without_locks;

use lark_core::Endpoint;
use lark_oauth::OAuth;
use lark_test_support::{FakeTransport, client_builder};

fn oauth_over(transport: &FakeTransport) -> OAuth {
    let endpoint = Endpoint::custom("https://open.test").accounts("https://accounts.test");
    let client = client_builder(transport.clone()).endpoint(endpoint).build();
    OAuth::new(&client.expect("the options are fine"))
}
