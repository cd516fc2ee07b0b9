//! What a process of a fleet does.

use std::env;
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, FileStore, RawRequest, Result, TokenKind};
use lark_docs_content::v1::content;
use lark_oauth::UserSessions;
use lark_redis::{Redis, RedisRateLimits, RedisStore};
use tokio::sync::Semaphore;

use crate::process::{APP, MARK, SECRET, STORE, URL};

/// The user whose grant is refreshed.
pub(crate) const USER: &str = "the user";
/// Calls on their way at once: fewer than a process may have open connections.
const WIDTH: usize = 32;

/// Whether this program was started by another test as a process of its fleet.
pub(crate) fn is_wanted() -> bool {
    env::var_os(STORE).is_some()
}

/// Does what it is told, until nobody tells it anything any more.
pub(crate) async fn work() {
    let variable = |name| env::var(name).expect("the test sets it");
    let client = Client::builder(variable(APP), variable(SECRET)).base_url(variable(URL));
    let store = variable(STORE);
    let client = if store.starts_with("redis") {
        let redis = Redis::open(&store).expect("an address");
        let client = client.shared_rate_limits(RedisRateLimits::new(&redis));
        client.store(RedisStore::new(&redis)).documented_rate_limits()
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
            "read" => documents(&client, times).await,
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

/// So many calls at once of an operation with a documented limit of 5 a second.
async fn documents(client: &Client, times: usize) -> Result<()> {
    let client = client.with_timeout(Duration::from_secs(60));
    let calls = (0..times).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(document()).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic")?;
    }
    Ok(())
}

/// Reads a document: at most 5 calls a second, says its documentation.
pub(crate) fn document() -> content::GetContentRequest {
    content::get()
        .doc_token("Qk7ddVEhtoMGIOxsZyFcJLDNnbb")
        .doc_type("docx")
        .content_type("markdown")
}

/// So many refreshes of a grant, one after the other.
async fn refreshes(client: &Client, times: usize) -> Result<()> {
    let session = UserSessions::new(client.clone()).session(USER);
    for _ in 0..times {
        session.refresh_now().await?;
    }
    Ok(())
}
