//! When a grant is refreshed, and by whom.

use std::time::Duration;

use lark_core::{MemoryStore, UserTokens};
use lark_oauth::UserSessions;
use tokio::time::{advance, sleep, timeout};

use crate::authorization_server::{AuthorizationServer, Mishap, call, settle, token};
use crate::clock::HOUR;

const DAY: i64 = 86_400;

async fn signed_in(server: &AuthorizationServer) -> UserSessions {
    let sessions = server.sessions(MemoryStore::new());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    sessions
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_share_one_refresh() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    advance(Duration::from_secs(3 * HOUR)).await;
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let session = sessions.session("ou_1");
            tokio::spawn(async move { token(&session).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a token"), "u-hush-1");
    }
    assert_eq!((server.requests(), server.most_uses()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn processes_that_share_a_store_share_a_refresh() {
    let server = AuthorizationServer::new();
    let store = MemoryStore::new();
    let processes: Vec<_> = (0..10).map(|_| server.sessions(store.clone())).collect();
    processes[0].save("ou_1", &server.grant()).await.expect("the store works");
    advance(Duration::from_secs(3 * HOUR)).await;
    let calls: Vec<_> = processes
        .iter()
        .map(|sessions| {
            let session = sessions.session("ou_1");
            tokio::spawn(async move { token(&session).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a token"), "u-hush-1");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_outlives_the_calls_that_wait_for_it() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let session = sessions.session("ou_1");
    advance(Duration::from_secs(3 * HOUR)).await;
    for _ in 0..3 {
        let dropped = timeout(Duration::from_millis(10), token(&session)).await;
        assert!(dropped.is_err(), "given up in the middle of the refresh");
    }
    settle().await;
    assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    assert_eq!((server.requests(), server.most_uses()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_while_the_old_one_serves() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let session = sessions.session("ou_1");
    advance(Duration::from_secs(6470)).await;
    assert_eq!(token(&session).await.expect("a token"), "u-hush-0");
    settle().await;
    assert_eq!(server.requests(), 0, "more than a tenth of its life is left");
    advance(Duration::from_secs(20)).await;
    assert_eq!(token(&session).await.expect("a token"), "u-hush-0", "no call waits for it");
    settle().await;
    assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_short_life_is_not_all_margin() {
    let server = AuthorizationServer::new();
    let sessions = server.sessions(MemoryStore::new());
    let mut grant = server.grant();
    grant.expires_at = grant.issued_at + Duration::from_secs(60);
    sessions.save("ou_1", &grant).await.expect("the store works");
    let session = sessions.session("ou_1");
    token(&session).await.expect("a token");
    advance(Duration::from_secs(29)).await;
    token(&session).await.expect("a token");
    settle().await;
    assert_eq!(server.requests(), 0, "half of its life is not over");
    advance(Duration::from_secs(2)).await;
    token(&session).await.expect("a token");
    settle().await;
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_ahead_that_fails_is_not_seen_and_not_hammered() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let session = sessions.session("ou_1");
    for _ in 0..20 {
        server.mishap(Mishap::Answer(503, r#"{"code":20072,"error":"temporarily_unavailable"}"#));
    }
    advance(Duration::from_secs(6600)).await;
    for _ in 0..100 {
        assert_eq!(token(&session).await.expect("a token"), "u-hush-0");
        sleep(Duration::from_millis(100)).await;
    }
    assert!((2..=4).contains(&server.requests()), "one every 5 s, not one a call");
    sleep(Duration::from_secs(590)).await;
    let error = token(&session).await.expect_err("it has ended");
    assert_eq!((error.code(), error.is_sign_in_needed()), (Some(20072), false));
    while token(&session).await.is_err() {
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((server.used(), server.most_uses()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let session = sessions.session("ou_1");
    let first = session.token().await.expect("a token");
    server.end(&first);
    let renewals: Vec<_> = (0..100)
        .map(|_| {
            let (session, refused) = (session.clone(), first.clone());
            tokio::spawn(async move { session.renewed(&refused).await })
        })
        .collect();
    for renewal in renewals {
        let renewed = renewal.await.expect("no panic").expect("a token");
        assert_eq!(renewed, "u-hush-1".into());
    }
    assert_eq!(session.renewed(&first).await.expect("that one"), "u-hush-1".into());
    assert_eq!(server.requests(), 1, "the stored one was not the refused one any more");
}

#[tokio::test(start_paused = true)]
async fn a_forced_refresh_is_one_for_all_who_force_it() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let session = sessions.session("ou_1");
    let (one, other) = tokio::join!(session.refresh_now(), session.refresh_now());
    let (one, other) = (one.expect("a grant"), other.expect("a grant"));
    assert_eq!(one, other);
    assert_eq!(server.requests(), 1);
    assert_eq!(session.refresh_now().await.expect("a grant").access_token, "u-hush-2".into());
    assert_eq!(
        sessions.grant("ou_1").await.expect("works").expect("it is kept").scope,
        "offline_access"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_loses_nothing() {
    let server = AuthorizationServer::new();
    let sessions = signed_in(&server).await;
    let (client, session) = (server.client(MemoryStore::new()), sessions.session("ou_1"));
    server.clock.jump(DAY);
    assert_eq!(call(&client, &session).await.expect("a success"), "u-hush-1");
    assert_eq!(server.requests(), 1, "at most early");
    server.clock.jump(-2 * DAY);
    advance(Duration::from_secs(3 * HOUR)).await;
    let refused = session.token().await.expect("it seems good");
    assert!(!server.accepts(&refused));
    let renewed = session.renewed(&refused).await.expect("the platform said that it is not");
    assert!(server.accepts(&renewed));
    server.clock.jump(30 * DAY);
    assert_eq!(call(&client, &session).await.expect("not judged by the clock"), "u-hush-3");
    assert_eq!(server.most_uses(), 1);
}

#[tokio::test(start_paused = true)]
async fn users_and_their_ends_are_apart() {
    let server = AuthorizationServer::new();
    let store = MemoryStore::new();
    let sessions = server.sessions(store.clone());
    for user in ["ou_1", "ou_2"] {
        sessions.save(user, &server.grant()).await.expect("the store works");
    }
    sessions.session("ou_2").refresh_now().await.expect("a grant");
    sessions.sign_out("ou_2").await.expect("it is revoked");
    assert_eq!(server.revoked(), ["ur-hush-2"]);
    sessions.sign_out("ou_2").await.expect("there is nothing to revoke");
    let error = token(&sessions.session("ou_2")).await.expect_err("nobody is there");
    assert!(error.is_sign_in_needed());
    assert!(error.to_string().contains(r#"user "ou_2" is not signed in: send them"#), "{error}");
    let elsewhere = server.sessions(store);
    assert_eq!(token(&elsewhere.session("ou_1")).await.expect("a token"), "u-hush-0");
    elsewhere.remove("ou_1").await.expect("the store works");
    token(&sessions.session("ou_1")).await.expect_err("seen by others at once");
    assert_eq!(server.revoked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_token_a_session_lasts_as_long_as_its_token() {
    let server = AuthorizationServer::new();
    let sessions = server.sessions(MemoryStore::new());
    let mut grant = server.grant();
    grant.refresh_token = None;
    grant.scope = "a".to_owned();
    sessions.save("ou_1", &grant).await.expect("the store works");
    let session = sessions.session("ou_1");
    advance(Duration::from_secs(7100)).await;
    assert_eq!(token(&session).await.expect("a token"), "u-hush-0");
    advance(Duration::from_secs(100)).await;
    for error in [
        token(&session).await.expect_err("it ended"),
        session.refresh_now().await.expect_err("it cannot be"),
    ] {
        assert!(
            error.is_sign_in_needed() && error.to_string().contains("offline_access"),
            "{error}"
        );
    }
    assert_eq!(server.requests(), 0);
}

/// An app may not be issued refresh tokens, whatever the user grants.
#[tokio::test(start_paused = true)]
async fn nobody_is_told_to_grant_what_was_granted() {
    let server = AuthorizationServer::new();
    let sessions = server.sessions(MemoryStore::new());
    let mut grant = server.grant();
    grant.refresh_token = None;
    grant.scope = "a offline_access".to_owned();
    sessions.save("ou_1", &grant).await.expect("the store works");
    advance(Duration::from_secs(7200)).await;
    let session = sessions.session("ou_1");
    for error in [
        token(&session).await.expect_err("it ended"),
        session.refresh_now().await.expect_err("it cannot be"),
    ] {
        assert!(error.is_sign_in_needed(), "{error}");
        let text = error.to_string();
        assert!(text.contains("although offline_access was granted"), "{text}");
        assert!(!text.contains("with the scope"), "{text}");
    }
}
