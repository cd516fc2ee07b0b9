//! Processes that end in the middle of a refresh: runtimes that are dropped.

use std::time::Duration;

use lark_core::{FileStore, MemoryStore, TokenStore};
use lark_test_support::Directory;
use tokio::runtime::{Builder, Runtime};
use tokio::time::advance;

use crate::authorization_server::{AuthorizationServer, Mishap, settle, token};
use crate::clock::HOUR;
use crate::stores::{Gate, Gated};

fn process() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("it starts")
}

/// Refreshes in a process that dies when the platform has executed the refresh and the new grant is
/// not in the store.
fn dies_in_between(server: &AuthorizationServer, store: impl TokenStore + Clone + 'static) {
    let one_change = Gate::Hold(tokio::sync::Semaphore::new(1).into());
    let gated = Gated(store, one_change);
    process().block_on(async {
        let session = server.sessions(gated).session("ou_1");
        let refresh = tokio::time::timeout(Duration::from_secs(10), session.refresh_now());
        assert!(refresh.await.is_err(), "the answer is here and cannot be written");
    });
    assert_eq!((server.requests(), server.most_uses()), (1, 1));
}

/// A user who is signed in, in a process of its own.
fn signed_in(
    server: impl FnOnce() -> AuthorizationServer,
    store: impl TokenStore + 'static,
) -> AuthorizationServer {
    process().block_on(async {
        let server = server();
        let sessions = server.sessions(store);
        sessions.save("ou_1", &server.grant()).await.expect("the store works");
        server
    })
}

#[test]
fn the_next_process_asks_again_and_a_platform_that_repeats_itself_loses_nothing() {
    let store = MemoryStore::new();
    let server = signed_in(|| AuthorizationServer::new().repeating(), store.clone());
    dies_in_between(&server, store.clone());
    process().block_on(async {
        let session = server.sessions(store).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("without a wait for its end"), "u-hush-1");
        assert_eq!((server.requests(), server.most_uses()), (2, 2));
        session.refresh_now().await.expect("and it goes on");
    });
}

#[test]
fn a_platform_that_does_not_asks_the_user_to_sign_in_and_the_error_says_why() {
    let store = MemoryStore::new();
    let server = signed_in(|| AuthorizationServer::new().forgiving(), store.clone());
    dies_in_between(&server, store.clone());
    process().block_on(async {
        let session = server.sessions(store.clone()).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("until its end"), "u-hush-0");
        advance(Duration::from_secs(3 * HOUR)).await;
        let error = token(&session).await.expect_err("it ended");
        assert!(error.is_sign_in_needed());
        let expected = r#"code 20073 "The refresh token has been used."; the answer to an earlier refresh was lost"#;
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!(server.requests(), 2, "once by the dead process, once by this one");
    });
}

#[test]
fn a_process_that_dies_before_it_asks_costs_nothing() {
    let store = MemoryStore::new();
    let server = signed_in(AuthorizationServer::new, store.clone());
    server.mishap(Mishap::LoseRequest);
    process().block_on(async {
        let session = server.sessions(store.clone()).session("ou_1");
        let refresh = tokio::time::timeout(Duration::from_millis(10), session.refresh_now());
        assert!(refresh.await.is_err(), "the request is on its way");
    });
    process().block_on(async {
        let session = server.sessions(store).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    });
    assert_eq!(server.most_uses(), 1);
}

#[test]
fn it_is_the_same_on_disk() {
    let directory = Directory::new();
    let open = || FileStore::open(directory.path()).expect("it can be opened");
    let server = signed_in(|| AuthorizationServer::new().repeating(), open());
    dies_in_between(&server, open());
    process().block_on(async {
        let session = server.sessions(open()).session("ou_1");
        let grant = session.refresh_now().await.expect("the lock is free, the answer comes again");
        assert_eq!(grant.access_token, "u-hush-1".into());
    });
}
