//! The long connection over real sockets, with a client of its own.

mod client;
mod commands;
mod events;
mod faults;
mod handshake;
mod paused;
#[cfg(feature = "tls")]
mod tls;

use std::time::Duration;

use serde_json::{Value, json};

use crate::Sandbox;
use client::Client;

async fn sandbox() -> Sandbox {
    Sandbox::start().await.expect("a port is free")
}

/// A sandbox and a client that is connected.
async fn connected() -> (Sandbox, Client) {
    let sandbox = sandbox().await;
    let client = Client::connect(&sandbox).await;
    (sandbox, client)
}

/// The body of discovery for the first app.
fn credentials(sandbox: &Sandbox) -> Value {
    json!({ "AppID": sandbox.app_id(), "AppSecret": sandbox.app_secret() })
}

/// Fails a test that waits for what does not come.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    let soon = tokio::time::timeout(Duration::from_secs(20), future).await;
    soon.expect("it comes within 20 s")
}
