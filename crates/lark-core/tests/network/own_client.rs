//! A client of reqwest that the user made.

use std::sync::Arc;

use lark_core::{Stage, reqwest};
use reqwest::redirect::Policy;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::redirects::redirecting;
use crate::server::{Answer, Server};
use crate::{ask, client, failure};

/// reqwest follows redirects by default.
fn following() -> reqwest::ClientBuilder {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls)
}

#[tokio::test]
async fn a_client_of_the_users_own_is_a_transport() {
    let server = Server::plain(|_| Answer::Ok).await;
    let own = following().redirect(Policy::none()).build().expect("usable options");
    let client = client(server.http()).transport(own).build().expect("usable options");
    client.send_raw(ask()).await.expect("a success");
    assert_eq!((server.seen().len(), server.connections()), (2, 1));

    let gone = following().build().expect("usable options");
    let error = failure(crate::client("http://127.0.0.1:1").transport(gone)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.is_transient());
    assert!(error.to_string().contains("cannot connect: host 127.0.0.1:1: "), "{error}");
}

#[tokio::test]
async fn a_client_of_the_users_own_may_not_follow_redirects() {
    let other = Server::plain(|_| Answer::Ok).await;
    let server = redirecting(302, other.http()).await;
    let own = following().redirect(Policy::none()).build().expect("usable options");
    let error = failure(client(server.http()).transport(own)).await;
    assert_eq!(error.stage(), Stage::Http);
    assert_eq!(other.connections(), 0, "it was switched off");

    let built = following().build().expect("usable options");
    let error = failure(client(server.http()).transport(built)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.to_string().contains("a redirect was followed: to 127.0.0.1; build"), "{error}");
    assert!(!error.is_transient());
    for asked in other.seen() {
        assert_eq!(asked.header("authorization"), None, "reqwest takes it out");
    }
}
