//! What a process of a fleet does.

use std::env;
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use lark_core::{Client, FileStore, RawRequest, Result, TokenKind};
use lark_oauth::UserSessions;
use lark_redis::{Redis, RedisStore};
use tokio::sync::Semaphore;

use crate::process::{APP, MARK, SECRET, STORE, URL};

/// The user whose grant is refreshed.
pub(crate) const USER: &str = "the user";
/// Calls on their way at once: fewer than a process may have open connections.
const WIDTH: usize = 32;

#[tokio::test]
#[ignore = "a process that other tests start"]
async fn worker() {
    let variable = |name| env::var(name).expect("only other tests start it");
    let client = Client::builder(variable(APP), variable(SECRET)).base_url(variable(URL));
    let store = variable(STORE);
    let client = if store.starts_with("redis") {
        client.store(RedisStore::new(&Redis::open(&store).expect("an address")))
    } else {
        client.store(FileStore::open(store).expect("a directory"))
    };
    let client = client.build().expect("a client");
    say("ready");
    for order in std::io::stdin().lock().lines() {
        let order = order.expect("text");
        let (what, times) = order.split_once(' ').expect("an order");
        let times = times.parse().expect("a number");
        let done = match what {
            "call" => calls(&client, times).await,
            "refresh" => refreshes(&client, times).await,
            _ => panic!("{what}"),
        };
        match done {
            Ok(()) => say("done"),
            Err(error) => say(&error.to_string()),
        }
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{MARK}{what}").and_then(|()| out.flush()).expect("the test listens");
}

/// So many calls at once. The token is needed by all of them at the same moment.
async fn calls(client: &Client, times: usize) -> Result<()> {
    let (mut calls, width) = (Vec::new(), Arc::new(Semaphore::new(WIDTH)));
    for _ in 0..times {
        let (client, width) = (client.clone(), Arc::clone(&width));
        calls.push(tokio::spawn(async move {
            client.token(TokenKind::Tenant).await?;
            let _place = width.acquire().await.expect("it stays open");
            client.send_raw(RawRequest::get("/open-apis/bot/v3/info")).await
        }));
    }
    for call in calls {
        call.await.expect("no panic")?;
    }
    Ok(())
}

/// So many refreshes of a grant, one after the other.
async fn refreshes(client: &Client, times: usize) -> Result<()> {
    let session = UserSessions::new(client.clone()).session(USER);
    for _ in 0..times {
        session.refresh_now().await?;
    }
    Ok(())
}
