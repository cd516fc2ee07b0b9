//! What is wrong with a server is said, with what to do, and without the password.

use lark_core::{StoreEntry, TokenStore};
use lark_redis::{Redis, RedisStore};

use crate::redis_server::RedisServer;

async fn failure(redis: &Redis) -> String {
    let entry = StoreEntry { value: "t".into(), expires_at: None };
    let error = RedisStore::new(redis).put("k", entry).await.expect_err("it fails");
    let text = format!("{error} {error:?} {redis:?}");
    assert!(!text.contains("hush"), "{text}");
    error.to_string()
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "redis", "http://127.0.0.1", "redis://host:port"] {
        let error = Redis::open(url).expect_err("no address").to_string();
        assert!(error.starts_with("the address of Redis: "), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_away() {
    let mut server = RedisServer::start();
    server.kill();
    let redis = Redis::open(&server.url()).expect("an address");
    let text = failure(&redis).await;
    assert!(text.contains(&server.port().to_string()) && text.contains("refused"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_that_is_not_there() {
    let redis = Redis::open("redis+unix:///no/such.sock").expect("an address");
    let text = failure(&redis).await;
    assert!(text.contains("No such file") && !text.contains("rediss://"), "{text}");
}

/// A server that takes nobody says so unasked, and hangs up: it may be heard before anything was asked.
#[tokio::test]
async fn a_server_that_has_too_many_clients() {
    let server = RedisServer::with(&["--maxclients", "1"]);
    let first = server.connect();
    first.check().await.expect("there is room for one");
    let url = server.url().replace("://", "://:hush@");
    for url in [server.url(), url] {
        let text = failure(&Redis::open(&url).expect("an address")).await;
        assert!(
            text.contains("max number of clients") && text.contains("raise maxclients"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_server_without_passwords_quotes_the_one_that_it_got() {
    let server = RedisServer::with(&["--rename-command", "AUTH", ""]);
    let url = server.url().replace("://", "://:hush@");
    let text = failure(&Redis::open(&url).expect("an address")).await;
    assert!(text.contains("unknown command"), "{text}");
}

#[tokio::test]
async fn a_wrong_password() {
    let server = RedisServer::with(&["--requirepass", "right"]);
    let url = |password: &str| format!("redis://:{password}@127.0.0.1:{}", server.port());
    Redis::open(&url("right")).expect("an address").check().await.expect("the right one");
    for url in [url("hush-wrong"), server.url()] {
        let text = failure(&Redis::open(&url).expect("an address")).await;
        assert!(text.contains("check the user and the password"), "{text}");
    }
}

#[tokio::test]
async fn a_replica() {
    let primary = RedisServer::start();
    let of = ["--replicaof", "127.0.0.1", &primary.port().to_string()];
    let replica = RedisServer::with(&of);
    let redis = Redis::open(&replica.url()).expect("an address");
    let text = failure(&redis).await;
    assert!(text.contains("connect to the primary"), "{text}");
}

#[tokio::test]
async fn a_full_memory() {
    let server = RedisServer::with(&["--maxmemory", "1"]);
    let redis = Redis::open(&server.url()).expect("an address");
    let text = failure(&redis).await;
    assert!(text.contains("maxmemory-policy to noeviction"), "{text}");
}
