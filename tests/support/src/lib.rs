//! What tests of all crates share.
//!
//! [`FakeTransport`] answers requests without a network, and [`FakePlatform`] is one behind which
//! clients also get tokens. Both record what they are sent and go by tokio's clock. A test that needs
//! a platform with state takes `lark-sandbox` instead, and one of HTTP itself a socket.
#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]

mod broken_store;
mod directory;
mod error_chain;
mod lockless_store;
mod platform;
mod request;
mod response;
mod shared_limits;
mod subscriber;
mod transport;
mod warnings;

use lark_core::{Client, ClientBuilder, Transport};

pub use self::broken_store::BrokenStore;
pub use self::directory::{Directory, content};
pub use self::error_chain::says_things_once;
pub use self::lockless_store::LocklessStore;
pub use self::platform::FakePlatform;
pub use self::request::RecordedRequest;
pub use self::response::FakeResponse;
pub use self::shared_limits::{LimitsFault, SharedLimits};
pub use self::subscriber::subscribe;
pub use self::transport::FakeTransport;
pub use self::warnings::warnings;

/// A client of the app `cli_test` over `transport`, to be finished. The canary watches it.
pub fn client_builder(transport: impl Transport + 'static) -> ClientBuilder {
    watched(Client::builder("cli_test", "hush-secret").transport(transport))
}

/// The same client, with the canary up and each of its errors searched for secrets.
pub fn watched(builder: ClientBuilder) -> ClientBuilder {
    lark_canary::up();
    builder.on_call(|report| {
        if let Err(error) = report.outcome {
            lark_canary::check_or_abort(&format!("{error} {error:?} {error:#?}"));
        }
    })
}
