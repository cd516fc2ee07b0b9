//! Sessions of several stores on one directory, as processes would have them. Real time.

use std::fs;
use std::path::PathBuf;

use lark_core::{FileStore, UserTokens};
use lark_oauth::UserSessions;
use lark_test_support::Directory;

use crate::authorization_server::{AuthorizationServer, call, token};

const ROUNDS: usize = 15;
const CALLERS: usize = 4;

fn entry(directory: &Directory) -> PathBuf {
    let files = fs::read_dir(directory.path()).expect("it is there");
    let mut files = files.map(|file| file.expect("readable").path());
    files.find(|path| path.extension().is_some_and(|it| it == "json")).expect("one entry")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_grant_is_lost_among_stores_that_refresh_all_the_time() {
    let directory = Directory::new();
    let server = AuthorizationServer::new();
    let open = || FileStore::open(directory.path()).expect("it can be opened");
    let sessions: [UserSessions; 2] = [server.sessions(open()), server.sessions(open())];
    sessions[0].save("ou_1", &server.grant()).await.expect("the store works");
    let client = server.client(open());
    let callers: Vec<_> = (0..CALLERS)
        .map(|n| {
            let (session, client) = (sessions[n % 2].session("ou_1"), client.clone());
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    session.refresh_now().await.expect("a grant");
                    call(&client, &session).await.expect("the token works");
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no call failed");
    }
    assert_eq!(server.most_uses(), 1);
    assert_eq!(server.requests(), server.used(), "and none was asked for in vain");
    assert!(server.used() >= ROUNDS, "each caller saw a new token in each round");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_named_and_kept() {
    let directory = Directory::new();
    let server = AuthorizationServer::new();
    let store = FileStore::open(directory.path()).expect("it can be opened");
    let sessions = server.sessions(store);
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let path = entry(&directory);
    fs::write(&path, "{\"key\":\"hush").expect("it can be written");
    let session = sessions.session("ou_1");
    for error in [
        session.token().await.map(|_| ()).expect_err("it cannot be read"),
        sessions.save("ou_1", &server.grant()).await.expect_err("nor is it overwritten"),
    ] {
        let text = error.to_string();
        assert!(text.contains(&path.display().to_string()) && !text.contains("hush"), "{error}");
        assert!(!error.is_sign_in_needed());
    }
    assert_eq!(fs::read(&path).expect("it is there"), b"{\"key\":\"hush");
    sessions.remove("ou_1").await.expect("it is given up");
    sessions.save("ou_1", &server.grant()).await.expect("there is room for a new one");
    token(&session).await.expect("a token");
}
