//! What a refresh that fails does to a grant: nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::{MemoryStore, Secret, StoreEntry, TokenStore, UserTokens};
use lark_test_support::BrokenStore;
use tokio::time::{Instant, advance, sleep};

use crate::authorization_server::{AuthorizationServer, Mishap, call, settle, token};
use crate::clock::HOUR;
use crate::stores::{Gate, Gated};

/// The key of a user in a client's store.
async fn entry(server: &AuthorizationServer, store: &MemoryStore) -> (String, StoreEntry) {
    let key = format!("{}/user/ou_1", server.client(store.clone()).store_prefix());
    let entry = store.get(&key).await.expect("it works").expect("it is kept");
    (key, entry)
}

#[tokio::test(start_paused = true)]
async fn failures_that_pass_leave_the_grant_alone() {
    let server_error = || Mishap::Answer(500, r#"{"code":20050,"error":"server_error"}"#);
    for (mishaps, text) in [
        (vec![server_error(), server_error()], "code 20050"),
        (vec![Mishap::Answer(503, r#"{"code":20072,"error":"unavailable"}"#)], "code 20072"),
        (vec![Mishap::Answer(429, r#"{"code":99991400,"msg":"slow"}"#)], "code 99991400"),
        (vec![Mishap::Answer(400, r#"{"code":99991400,"msg":"slow"}"#)], "code 99991400"),
        (vec![Mishap::Answer(502, "<html>bad gateway")], "not JSON"),
        (vec![Mishap::Answer(400, r#"{"code":20069,"error":"x"}"#)], "code 20069"),
        (vec![Mishap::Answer(400, r#"{"code":20074,"error":"x"}"#)], "code 20074"),
        (vec![Mishap::LoseRequest], "the connection broke"),
    ] {
        let server = AuthorizationServer::new();
        let sessions = server.sessions(MemoryStore::new());
        sessions.save("ou_1", &server.grant()).await.expect("the store works");
        let session = sessions.session("ou_1");
        advance(Duration::from_secs(3 * HOUR)).await;
        let sent = mishaps.len();
        mishaps.into_iter().for_each(|mishap| server.mishap(mishap));
        let error = token(&session).await.expect_err("the token has ended");
        assert!(error.to_string().contains(text) && !error.is_sign_in_needed(), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert_eq!(server.requests(), sent);
        assert_eq!(token(&session).await.expect("the next call works"), "u-hush-1");
        assert_eq!(server.most_uses(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_is_asked_for_again() {
    for mishap in [Mishap::LoseAnswer, Mishap::Silence] {
        let server = AuthorizationServer::new().repeating();
        let sessions = server.sessions(MemoryStore::new());
        sessions.save("ou_1", &server.grant()).await.expect("the store works");
        let session = sessions.session("ou_1");
        server.mishap(mishap);
        session.refresh_now().await.expect_err("no answer came");
        assert_eq!(token(&session).await.expect("it serves still"), "u-hush-0");
        // Nobody asks for it: the next call does it, because the old token may end in a minute.
        sleep(Duration::from_secs(6)).await;
        token(&session).await.expect("a token");
        settle().await;
        assert_eq!(token(&session).await.expect("the answer, repeated"), "u-hush-1");
        assert_eq!(server.most_uses(), 2, "which is the one reason to send it twice");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_ended_keeps_its_entry_and_its_access_token() {
    for code in [20_026, 20_037, 20_064, 20_073] {
        let server = AuthorizationServer::new();
        let store = MemoryStore::new();
        let sessions = server.sessions(store.clone());
        sessions.save("ou_1", &server.grant()).await.expect("the store works");
        let session = sessions.session("ou_1");
        let answer =
            format!(r#"{{"code":{code},"error":"invalid_grant","error_description":"No."}}"#);
        server.mishap(Mishap::Answer(400, answer.leak()));
        let error = session.refresh_now().await.expect_err("it ended");
        assert!(error.is_sign_in_needed());
        let expected = format!(
            "must sign in again: the platform does not take their refresh token any more: code {code} \"No.\""
        );
        assert!(error.to_string().ends_with(&expected), "{error}");
        let (_, kept) = entry(&server, &store).await;
        assert!(kept.value.expose().contains(&code.to_string()), "the mark has the code");
        assert_eq!(token(&session).await.expect("it serves still"), "u-hush-0");
        advance(Duration::from_secs(3 * HOUR)).await;
        let later = server.sessions(store.clone()).session("ou_1");
        let error = token(&later).await.expect_err("it ended");
        assert!(error.is_sign_in_needed() && error.to_string().ends_with(&expected), "{error}");
        assert_eq!(server.requests(), 1, "the platform is not asked again");
        sessions.save("ou_1", &server.grant()).await.expect("the user signed in again");
        assert_eq!(token(&later).await.expect("a token"), "u-hush-1");
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_wrote_is_used_when_the_token_was_used() {
    let server = AuthorizationServer::new();
    let store = MemoryStore::new();
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let session = sessions.session("ou_1");
    server.mishap(Mishap::Answer(400, r#"{"code":20073,"error":"invalid_grant"}"#));
    let refresh = tokio::spawn({
        let session = session.clone();
        async move { session.refresh_now().await }
    });
    sleep(Duration::from_millis(20)).await;
    // A program that knows of no locks, or somebody who signed in again.
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let grant = refresh.await.expect("no panic").expect("that one");
    assert_eq!(grant.access_token, "u-hush-1".into());
}

#[tokio::test(start_paused = true)]
async fn a_new_sign_in_is_not_overwritten_by_a_refresh_of_the_old() {
    let server = AuthorizationServer::new();
    let sessions = server.sessions(MemoryStore::new());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let session = sessions.session("ou_1");
    let (refreshed, ()) = tokio::join!(session.refresh_now(), async {
        sleep(Duration::from_millis(20)).await;
        sessions.save("ou_1", &server.grant()).await.expect("the store works");
    });
    assert_eq!(refreshed.expect("a grant").access_token, "u-hush-1".into());
    assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    let (refreshed, removed) = tokio::join!(session.refresh_now(), async {
        sleep(Duration::from_millis(20)).await;
        sessions.remove("ou_1").await
    });
    removed.expect("the store works");
    assert!(refreshed.expect_err("they are gone").is_sign_in_needed());
    token(&session).await.expect_err("and not back again");
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_the_store_does_not_take_is_held_and_offered_again() {
    let server = AuthorizationServer::new();
    let passes = Arc::new(AtomicUsize::new(1));
    let store = Gated(MemoryStore::new(), Gate::Fail(Arc::clone(&passes)));
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let session = sessions.session("ou_1");
    let error = session.refresh_now().await.expect_err("only its mark was written");
    assert!(
        error.to_string().contains("the disk is full") && !error.is_sign_in_needed(),
        "{error}"
    );
    session.refresh_now().await.expect_err("it is full still");
    assert_eq!(server.requests(), 1, "the refresh token is not sent again");
    passes.store(9, Ordering::SeqCst);
    let grant = session.refresh_now().await.expect("there is room");
    assert_eq!(grant.access_token, "u-hush-1".into());
    assert_eq!(token(&server.sessions(store).session("ou_1")).await.expect("kept"), "u-hush-1");
    assert_eq!((server.requests(), server.most_uses()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_before_the_refresh_costs_nothing() {
    let server = AuthorizationServer::new();
    let passes = Arc::new(AtomicUsize::new(0));
    let store = Gated(MemoryStore::new(), Gate::Fail(Arc::clone(&passes)));
    let sessions = server.sessions(store);
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let session = sessions.session("ou_1");
    session.refresh_now().await.expect_err("the mark cannot be written");
    assert_eq!(server.requests(), 0);
    passes.store(9, Ordering::SeqCst);
    session.refresh_now().await.expect("there is room");
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_no_grant_is_an_error_and_stays() {
    let server = AuthorizationServer::new();
    let store = MemoryStore::new();
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let (key, mut broken) = entry(&server, &store).await;
    broken.value = Secret::from("{\"hush\":");
    store.put(&key, broken.clone()).await.expect("it works");
    let session = sessions.session("ou_1");
    for error in [
        session.token().await.expect_err("it cannot be read"),
        session.renewed(&"u-hush-0".into()).await.expect_err("it cannot be read"),
        session.refresh_now().await.map(|_| ()).expect_err("it cannot be read"),
        sessions.sign_out("ou_1").await.expect_err("it cannot be read"),
    ] {
        assert!(
            error.to_string().contains(r#"the stored grant of user "ou_1" cannot be read"#),
            "{error}"
        );
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    assert_eq!(entry(&server, &store).await.1, broken);
    assert_eq!(server.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_an_error_in_time() {
    let server = AuthorizationServer::new();
    let sessions = server.sessions(BrokenStore::Hangs);
    let session = sessions.session("ou_1");
    let start = Instant::now();
    for error in [
        session.token().await.map(drop).expect_err("no answer"),
        session.renewed(&"u-hush-0".into()).await.map(drop).expect_err("no answer"),
        session.refresh_now().await.map(drop).expect_err("no answer"),
        sessions.grant("ou_1").await.map(drop).expect_err("no answer"),
        call(&server.client(MemoryStore::new()), &session).await.map(drop).expect_err("no answer"),
    ] {
        assert!(error.to_string().contains("gave no answer within 2s"), "{error}");
        assert!(!error.is_sign_in_needed(), "{error}");
    }
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    sessions.save("ou_1", &server.grant()).await.expect_err("no answer");
}
