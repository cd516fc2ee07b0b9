//! Stores without locks, where the mark of a refresh keeps others away.

use std::sync::Arc;
use std::time::Duration;

use lark_test_support::LocklessStore;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use crate::authorization_server::{AuthorizationServer, token};
use crate::stores::{Gate, Gated};

#[tokio::test(start_paused = true)]
async fn refreshes_are_still_one_at_a_time() {
    let server = AuthorizationServer::new();
    let store = LocklessStore::default();
    let sessions: Vec<_> = (0..5).map(|_| server.sessions(store.clone())).collect();
    sessions[0].save("ou_1", &server.grant()).await.expect("the store works");
    for round in 1..=20 {
        let refreshes: Vec<_> = sessions
            .iter()
            .map(|sessions| {
                let session = sessions.session("ou_1");
                tokio::spawn(async move { session.refresh_now().await })
            })
            .collect();
        for refresh in refreshes {
            let grant = refresh.await.expect("no panic").expect("a grant");
            assert!(server.accepts(&grant.access_token));
        }
        assert_eq!((server.used(), server.most_uses()), (round, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_mark_of_a_dead_process_is_waited_out_by_ones_own_clock() {
    let server = AuthorizationServer::new().repeating();
    let store = LocklessStore::default();
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    // One change passes: the mark.
    let gate = Gate::Hold(Semaphore::new(1).into());
    let dead = server.sessions(Gated(store.clone(), gate)).session("ou_1");
    timeout(Duration::from_secs(1), dead.refresh_now()).await.expect_err("it hangs");
    // Clocks that say that it is long ago, or not yet, decide nothing.
    for jump in [86_400, -2 * 86_400] {
        server.clock.jump(jump);
        let early = timeout(Duration::from_secs(20), sessions.session("ou_1").refresh_now()).await;
        assert!(early.is_err(), "it may be under way");
    }
    let start = Instant::now();
    let grant = sessions.session("ou_1").refresh_now().await.expect("a grant");
    assert_eq!(grant.access_token, "u-hush-1".into());
    let waited = start.elapsed() + Duration::from_secs(40);
    assert!((90..92).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_written_late_still_wins() {
    let server = AuthorizationServer::new().forgiving();
    let store = LocklessStore::default();
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let gate = Arc::new(Semaphore::new(1));
    let paused = server.sessions(Gated(store, Gate::Hold(Arc::clone(&gate)))).session("ou_1");
    let late = tokio::spawn(async move { paused.refresh_now().await });
    sleep(Duration::from_secs(1)).await;
    // Another takes the refresh over, and is refused because the paused one was served.
    let error = sessions.session("ou_1").refresh_now().await.expect_err("it was used");
    assert!(error.is_sign_in_needed() && error.to_string().contains("20073"), "{error}");
    gate.add_permits(10);
    let grant = late.await.expect("no panic").expect("its answer was good");
    assert_eq!(grant.access_token, "u-hush-1".into());
    let session = sessions.session("ou_1");
    assert_eq!(token(&session).await.expect("a token"), "u-hush-1");
    session.refresh_now().await.expect("and it goes on");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_failed_does_not_keep_others_waiting() {
    let server = AuthorizationServer::new();
    let store = LocklessStore::default();
    let sessions = server.sessions(store.clone());
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    server.mishap(crate::authorization_server::Mishap::Silence);
    sessions.session("ou_1").refresh_now().await.expect_err("no answer came");
    let start = Instant::now();
    _ = server.sessions(store).session("ou_1").refresh_now().await;
    assert!(start.elapsed() < Duration::from_secs(2), "the mark was taken off");
}
