//! In axum, beside the routes of an application.

use axum::Router;
use axum::routing::get as route_get;
use lark_webhook::Webhook;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::client::{exchange, get, post};
use crate::push::{TOKEN, event, quick};

async fn start(app: Router) -> (std::net::SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async { axum::serve(listener, app).await.expect("axum serves") });
    (address, task)
}

async fn check(app: Router) {
    let (address, task) = start(app).await;
    let response = exchange(address, post("/lark/events", &event(TOKEN, "e1"))).await;
    assert_eq!((response.status, &*response.body), (200, r#"{"msg":"success"}"#));
    let response = exchange(address, post("/lark/events", &event("other", "e2"))).await;
    assert_eq!(response.status, 401);
    assert_eq!(exchange(address, get("/lark/events")).await.status, 405);
    assert_eq!(exchange(address, get("/")).await.body, "the application");
    // More than axum's own limit for extractors, less than the router's: the router decides.
    let large = "POST /lark/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n";
    assert_eq!(exchange(address, large).await.status, 413);
    task.abort();
    assert!(task.await.expect_err("aborted").is_cancelled());
}

fn application() -> Router {
    Router::new().route("/", route_get(async || "the application"))
}

#[tokio::test]
async fn a_webhook_is_a_service_for_a_route() {
    check(application().route_service("/lark/events", Webhook::new(quick(TOKEN)))).await;
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn a_webhook_becomes_a_router_to_merge() {
    check(application().merge(Webhook::new(quick(TOKEN)).into_axum("/lark/events"))).await;
}
