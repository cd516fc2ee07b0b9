//! A client of reqwest that the user made.

use std::time::Duration;

use lark_core::Stage;
use lark_core::reqwest::redirect::Policy;

use crate::own::builder;
use crate::pki::Authority;
use crate::redirects::redirecting;
use crate::server::{Answer, Server};
use crate::{ask, client, failure};

#[tokio::test]
async fn a_client_of_the_users_own_is_a_transport() {
    let server = Server::plain(|_| Answer::Ok).await;
    let own = builder().redirect(Policy::none()).build().expect("usable options");
    let client = client(server.http()).transport(own).build().expect("usable options");
    client.send_raw(ask()).await.expect("a success");
    assert_eq!((server.seen().len(), server.connections()), (2, 1));

    let gone = builder().build().expect("usable options");
    let error = failure(crate::client("http://127.0.0.1:1").transport(gone)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.is_transient());
    assert!(error.to_string().contains("cannot connect: host 127.0.0.1:1: "), "{error}");
}

#[tokio::test]
async fn a_client_of_the_users_own_may_not_follow_redirects() {
    let other = Server::plain(|_| Answer::Ok).await;
    let server = redirecting(302, other.http()).await;
    let own = builder().redirect(Policy::none()).build().expect("usable options");
    let error = failure(client(server.http()).transport(own)).await;
    assert_eq!(error.stage(), Stage::Http);
    assert_eq!(other.connections(), 0, "it was switched off");

    let built = builder().build().expect("usable options");
    let error = failure(client(server.http()).transport(built)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.to_string().contains("a redirect was followed: to 127.0.0.1; build"), "{error}");
    assert!(!error.is_transient());
    for asked in other.seen() {
        assert_eq!(asked.header("authorization"), None, "reqwest takes it out");
    }
}

#[tokio::test]
async fn the_limits_and_the_trust_of_a_client_of_the_users_own_are_its_own() {
    let silent = Server::plain(|_| Answer::Hang("")).await;
    let own = builder().read_timeout(Duration::from_millis(60)).build().expect("usable options");
    let error = failure(client(silent.http()).transport(own)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.is_timeout() && error.is_transient(), "{error}");

    let ours = Authority::new();
    let server = Server::tls(ours.acceptor()).await;
    let own = builder().build().expect("usable options");
    let error = failure(client(server.https()).transport(own)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    assert_eq!(server.seen().len(), 0, "nothing is said to a stranger");
}
