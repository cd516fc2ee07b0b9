//! Bodies: raw, too large, announced and not.

use lark_core::{Event, EventKeys, EventRouter, Value};
use lark_webhook::Server;

use crate::client::{Connection, exchange, post, post_with};
use crate::push::{EVENT_TYPE, TOKEN, event, padded, quick, signature};
use crate::running::Running;

fn small() -> EventRouter {
    EventRouter::builder(EventKeys::new().verification_token(TOKEN))
        .on_raw(EVENT_TYPE, |_: Event<Value>| async { Ok(()) })
        .max_body_size(2000)
        .build()
        .expect("a router")
}

#[tokio::test]
async fn signed_bytes_reach_the_router_as_they_came() {
    let keys = EventKeys::new().encrypt_key("kudryavka");
    let router = EventRouter::builder(keys)
        .on_raw(EVENT_TYPE, |_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let running = Running::start(Server::builder().any_path(router)).await;
    // Blanks and the order of keys are part of what is signed.
    let body = format!(" {}\n\n", event(TOKEN, "e1").replace(':', " :\t"));
    let signed = signature("kudryavka", &body);
    let response = exchange(running.address, post_with("/", &signed, &body)).await;
    assert_eq!((response.status, &*response.body), (200, r#"{"msg":"success"}"#));
    let headers = &response.headers;
    assert!(headers.contains("content-type: application/json; charset=utf-8"), "{headers}");

    let other = body.replace('\t', " ");
    let response = exchange(running.address, post_with("/", &signed, &other)).await;
    assert_eq!((response.status, &*response.body), (401, r#"{"msg":"bad_signature"}"#));
}

#[tokio::test]
async fn a_body_in_chunks_is_put_together() {
    let running = Running::start(Server::builder().any_path(small())).await;
    let body = padded(TOKEN, "e1", 1000);
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut request = head.to_owned();
    for chunk in body.as_bytes().chunks(7) {
        let text = std::str::from_utf8(chunk).expect("ASCII");
        request.push_str(&format!("{:x}\r\n{text}\r\n", chunk.len()));
    }
    request.push_str("0\r\n\r\n");
    let mut connection = Connection::open(running.address).await;
    assert_eq!(connection.exchange(&request).await.status, 200);
    // The connection is good for another one.
    assert_eq!(connection.exchange(post("/", &event(TOKEN, "e2"))).await.status, 200);
}

#[tokio::test]
async fn a_body_announced_too_large_is_not_read() {
    let running = Running::start(Server::builder().any_path(small())).await;
    let mut connection = Connection::open(running.address).await;
    let response = connection
        .exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2001\r\n\r\n")
        .await;
    assert_eq!((response.status, &*response.body), (413, r#"{"msg":"too_large"}"#));
    assert_eq!(connection.response().await, None);
}

#[tokio::test]
async fn a_body_too_large_without_announcement_is_cut_off_and_answered_413() {
    let running = Running::start(Server::builder().any_path(small())).await;
    let mut connection = Connection::open(running.address).await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    connection.write(head).await;
    // More than the server reads at once: it must not reset the connection before its response is read.
    for _ in 0..500 {
        connection.try_write(format!("3e8\r\n{}\r\n", "x".repeat(1000))).await;
    }
    let response = connection.response().await.expect("a response");
    assert_eq!(response.status, 413);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_passes() {
    let running = Running::start(Server::builder().any_path(small())).await;
    let rest = 2000 - padded(TOKEN, "e1", 0).len();
    let body = padded(TOKEN, "e1", rest);
    assert_eq!(body.len(), 2000);
    assert_eq!(exchange(running.address, post("/", &body)).await.status, 200);
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_gets_it() {
    let running = Running::start(Server::builder().any_path(quick(TOKEN))).await;
    let mut connection = Connection::open(running.address).await;
    let body = event(TOKEN, "e1");
    let head = |length| {
        format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    };
    assert_eq!(connection.exchange(head(body.len())).await.status, 100);
    assert_eq!(connection.exchange(&body).await.status, 200);
    // Nor is it invited to send what will not be taken.
    assert_eq!(connection.exchange(head(100_000_000)).await.status, 413);
}

#[tokio::test]
async fn bodies_share_memory_and_pushes_always_have_room() {
    let server = Server::builder().any_path(quick(TOKEN)).body_memory(1_000_000);
    let running = Running::start(server).await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n";
    // Two have room for what they send, and the others are told at once.
    let mut waiting = Vec::new();
    let mut told = 0;
    for _ in 0..10 {
        let mut connection = Connection::open(running.address).await;
        connection.try_write(format!("{head}{}", "x".repeat(500_000))).await;
        let response =
            tokio::time::timeout(std::time::Duration::from_millis(300), connection.response());
        match response.await {
            Ok(response) => {
                let response = response.expect("a response");
                assert_eq!((response.status, &*response.body), (503, r#"{"msg":"overloaded"}"#));
                told += 1;
            }
            Err(_) => waiting.push(connection),
        }
    }
    assert_eq!((waiting.len(), told), (2, 8));
    let push = post("/", &padded(TOKEN, "e1", 60_000));
    assert_eq!(exchange(running.address, push).await.status, 200);
    // Their memory is free when they are gone.
    drop(waiting);
    let push = post("/", &padded(TOKEN, "e2", 900_000));
    let mut answer = exchange(running.address, &push).await;
    while answer.status == 503 {
        answer = exchange(running.address, &push).await;
    }
    assert_eq!(answer.status, 200);
}
