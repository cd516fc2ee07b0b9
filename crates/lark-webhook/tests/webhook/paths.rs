//! Paths and their apps.

use lark_webhook::Server;

use crate::client::{exchange, get, post};
use crate::push::{event, quick};
use crate::running::Running;

#[tokio::test]
async fn each_path_has_its_app_and_its_keys() {
    let server = Server::builder().app("/acme/events", quick("a")).app("/beta/events", quick("b"));
    let running = Running::start(server).await;
    let push = async |path: &str, token: &str, id: &str| {
        exchange(running.address, post(path, &event(token, id))).await.status
    };
    assert_eq!(push("/acme/events", "a", "e1").await, 200);
    assert_eq!(push("/beta/events?from=proxy", "b", "e1").await, 200);
    assert_eq!(push("/acme/events", "b", "e2").await, 401);
    assert_eq!(push("/beta/events", "a", "e2").await, 401);
    assert_eq!(push("/acme/events/", "a", "e3").await, 404);
    assert_eq!(push("/", "a", "e3").await, 404);
    let report = running.end().await;
    let paths: Vec<_> = report.apps.iter().map(|app| &*app.path).collect();
    assert_eq!(paths, ["/acme/events", "/beta/events"]);
}

#[tokio::test]
async fn an_app_at_any_path_leaves_the_others_theirs() {
    let server = Server::builder().app("/acme/events", quick("a")).any_path(quick("b"));
    let running = Running::start(server.health_path("/up")).await;
    let push = async |path: &str, token: &str| {
        exchange(running.address, post(path, &event(token, "e1"))).await.status
    };
    assert_eq!(push("/acme/events", "a").await, 200);
    assert_eq!(push("/whatever/else", "b").await, 200);
    assert_eq!(push("/healthz", "b").await, 200);
    assert_eq!(exchange(running.address, get("/up")).await.status, 200);
}

#[tokio::test]
async fn other_methods_are_answered_405_with_the_allowed_one() {
    let running = Running::start(Server::builder().app("/events", quick("a"))).await;
    let response = exchange(running.address, get("/events")).await;
    assert_eq!(response.status, 405);
    assert!(response.headers.contains("allow: post\n"), "{}", response.headers);
    let response = exchange(running.address, post("/healthz", "")).await;
    assert_eq!(response.status, 405);
    assert!(response.headers.contains("allow: get, head\n"), "{}", response.headers);
    let response = exchange(running.address, get("/healthz")).await;
    assert_eq!((response.status, &*response.body), (200, "ok\n"));
}
