//! Processes that end in the middle of a refresh: runtimes that are dropped.

use std::time::Duration;

use lark_core::{FileStore, MemoryStore, TokenStore};
use tokio::runtime::{Builder, Runtime};
use tokio::time::advance;

use crate::clock::HOUR;
use crate::platform::{Mishap, Platform, settle, token};
use crate::stores::{Directory, Gate, Gated};

fn process() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("it starts")
}

/// Refreshes in a process that dies when the platform has executed the refresh and the new grant is
/// not in the store.
fn dies_in_between(platform: &Platform, store: impl TokenStore + Clone + 'static) {
    let one_change = Gate::Hold(tokio::sync::Semaphore::new(1).into());
    let gated = Gated(store, one_change);
    process().block_on(async {
        let session = platform.sessions(gated).session("ou_1");
        let refresh = tokio::time::timeout(Duration::from_secs(10), session.refresh_now());
        assert!(refresh.await.is_err(), "the answer is here and cannot be written");
    });
    assert_eq!((platform.requests(), platform.most_uses()), (1, 1));
}

/// A user who is signed in, in a process of its own.
fn signed_in(platform: impl FnOnce() -> Platform, store: impl TokenStore + 'static) -> Platform {
    process().block_on(async {
        let platform = platform();
        let sessions = platform.sessions(store);
        sessions.save("ou_1", &platform.grant()).await.expect("the store works");
        platform
    })
}

#[test]
fn the_next_process_asks_again_and_a_platform_that_repeats_itself_loses_nothing() {
    let store = MemoryStore::new();
    let platform = signed_in(|| Platform::new().repeating(), store.clone());
    dies_in_between(&platform, store.clone());
    process().block_on(async {
        let session = platform.sessions(store).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("without a wait for its end"), "u-hush-1");
        assert_eq!((platform.requests(), platform.most_uses()), (2, 2));
        session.refresh_now().await.expect("and it goes on");
    });
}

#[test]
fn a_platform_that_does_not_asks_the_user_to_sign_in_and_the_error_says_why() {
    let store = MemoryStore::new();
    let platform = signed_in(|| Platform::new().forgiving(), store.clone());
    dies_in_between(&platform, store.clone());
    process().block_on(async {
        let session = platform.sessions(store.clone()).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("until its end"), "u-hush-0");
        advance(Duration::from_secs(3 * HOUR)).await;
        let error = token(&session).await.expect_err("it ended");
        assert!(error.is_sign_in_needed());
        let expected = r#"code 20073 "The refresh token has been used."; the answer to an earlier refresh was lost"#;
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!(platform.requests(), 2, "once by the dead process, once by this one");
    });
}

#[test]
fn a_process_that_dies_before_it_asks_costs_nothing() {
    let store = MemoryStore::new();
    let platform = signed_in(Platform::new, store.clone());
    platform.mishap(Mishap::LoseRequest);
    process().block_on(async {
        let session = platform.sessions(store.clone()).session("ou_1");
        let refresh = tokio::time::timeout(Duration::from_millis(10), session.refresh_now());
        assert!(refresh.await.is_err(), "the request is on its way");
    });
    process().block_on(async {
        let session = platform.sessions(store).session("ou_1");
        assert_eq!(token(&session).await.expect("it serves"), "u-hush-0");
        settle().await;
        assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    });
    assert_eq!(platform.most_uses(), 1);
}

#[test]
fn it_is_the_same_on_disk() {
    let directory = Directory::new("crash");
    let open = || FileStore::open(directory.path()).expect("it can be opened");
    let platform = signed_in(|| Platform::new().repeating(), open());
    dies_in_between(&platform, open());
    process().block_on(async {
        let session = platform.sessions(open()).session("ou_1");
        let grant = session.refresh_now().await.expect("the lock is free, the answer comes again");
        assert_eq!(grant.access_token, "u-hush-1".into());
    });
}
