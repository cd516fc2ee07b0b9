//! The transports over real sockets: proxies, certificates, limits, redirects.
//!
//! What does not depend on the options of the default transport is tried over a client of reqwest, too.
#![allow(missing_docs)]

mod connections;
mod limits;
#[cfg(feature = "reqwest")]
mod own;
#[cfg(feature = "reqwest")]
mod own_client;
mod pki;
mod proxies;
mod proxy;
mod redirects;
mod runtimes;
mod server;
mod tls;
mod wrapping;

use lark_core::{Client, ClientBuilder, RawRequest};
use lark_test_support::watched;

/// A call whose answer does not matter.
pub(crate) fn ask() -> RawRequest {
    RawRequest::get("/open-apis/demo/v1/ask")
}

pub(crate) fn client(base_url: impl Into<String>) -> ClientBuilder {
    watched(Client::builder("cli_test", "app-secret").base_url(base_url))
}

/// A client over one of the transports.
type Over = fn(ClientBuilder) -> ClientBuilder;

/// The default transport and, with its feature, a client of reqwest.
pub(crate) fn each_transport() -> Vec<Over> {
    let default: Over = |builder| builder.no_proxy();
    vec![
        default,
        #[cfg(feature = "reqwest")]
        |builder| {
            let own = own::builder().redirect(lark_core::reqwest::redirect::Policy::none());
            builder.transport(own.build().expect("usable options"))
        },
    ]
}

/// Calls on behalf of a user, so that there is no request for a token first.
pub(crate) async fn failure(builder: ClientBuilder) -> lark_core::Error {
    let client = builder.build().expect("usable options").as_user("u-1");
    client.send_raw(ask()).await.expect_err("a failure")
}
