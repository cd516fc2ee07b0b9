//! The commands by HTTP.

use http::Method;
use serde_json::{Value, json};

use super::client::Client;
use super::{connected, sandbox, soon};
use crate::Sandbox;

/// Gives a command. Returns its result, or what is wrong with it.
async fn command(
    sandbox: &Sandbox,
    method: &str,
    name: &str,
    body: Value,
) -> Result<Value, String> {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let request = http::Request::builder().method(method).uri(format!("/sandbox/v1/{name}"));
    let request = request.body(body.to_string().into()).expect("a request");
    let response = sandbox.respond(request).await.expect("a response");
    let body: Value = serde_json::from_slice(response.body()).expect("JSON");
    match body["code"].as_i64() {
        Some(0) => Ok(body["data"].clone()),
        _ => Err(body["msg"].as_str().expect("a reason").to_owned()),
    }
}

#[tokio::test]
async fn connections_are_listed_and_closed() {
    let (sandbox, mut client) = connected().await;
    let list = command(&sandbox, "GET", "connections", json!({})).await.expect("a list");
    let id = sandbox.connections()[0].id.clone();
    assert_eq!(list["connections"][0]["connection_id"], id);
    assert_eq!(list["connections"][0]["app_id"], sandbox.app_id());
    let close = json!({ "connection_id": id, "app_id": "cli_another" });
    let closed = command(&sandbox, "DELETE", "connections", close).await.expect("it is done");
    assert_eq!(closed["closed"], 0, "it is of the other app");
    let close = json!({ "connection_id": id });
    let closed = command(&sandbox, "DELETE", "connections", close).await.expect("it is done");
    assert_eq!(closed["closed"], 1);
    while client.message().await.is_some() {}
}

#[tokio::test]
async fn every_fault_has_a_name() {
    let (sandbox, _client) = connected().await;
    let names = [
        "connect_hole",
        "silent_hole",
        "reset",
        "silence",
        "half_open",
        "drip",
        "torn_frame",
        "late_pong",
        "bare_pong",
        "lifetime",
        "wrong_frame",
        "reversed_parts",
        "repeated_parts",
        "lost_parts",
    ];
    let guide = include_str!("../../../docs/long-connections.md");
    for name in names {
        let fault = json!({ "fault": name, "milliseconds": 9, "frame": "text", "times": 2 });
        let injected = command(&sandbox, "POST", "connection_faults", fault.clone()).await;
        assert_eq!(injected, Ok(json!({})), "{name}");
        assert!(guide.contains(&format!("`{name}")), "the guide lacks {name}");
        if !name.ends_with("hole") {
            let broken = command(&sandbox, "POST", "break_connections", fault).await;
            assert!(broken.is_ok(), "{name}: {broken:?}");
        }
    }
    for (name, _) in crate::WrongFrame::ALL {
        assert!(guide.contains(&format!("`{name}`")), "the guide lacks {name}");
    }
    command(&sandbox, "DELETE", "connection_faults", json!({})).await.expect("it is done");
    Client::connect(&sandbox).await.ping().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_an_error_that_says_why() {
    let sandbox = sandbox().await;
    let error = async |name, body| command(&sandbox, "POST", name, body).await.expect_err("wrong");
    let unknown = json!({ "fault": "nothing" });
    assert_eq!(
        error("connection_faults", unknown).await,
        "there is no fault nothing of connections"
    );
    let frame = json!({ "fault": "wrong_frame", "frame": "odd" });
    assert_eq!(error("connection_faults", frame).await, "there is no wrong frame odd");
    let drip = json!({ "fault": "drip", "bytes": 0, "milliseconds": 1 });
    assert_eq!(error("connection_faults", drip).await, "bytes is 0: the drip would never end");
    let hole = json!({ "fault": "silent_hole" });
    let reason = "a hole is for connections that are not open yet";
    assert_eq!(error("break_connections", hole).await, reason);
    let config = json!({ "ping_interval": "often" });
    assert_eq!(error("client_config", config).await, "ping_interval is required, an integer");
}

#[tokio::test]
async fn a_restart_by_http_is_answered() {
    let (sandbox, mut client) = connected().await;
    let body = "{\"seconds\":0.05}";
    let request = format!(
        "POST /sandbox/v1/restart HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let host = sandbox.base_url().replace("http://", "");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("it listens");
    let mut response = String::new();
    soon(async {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        stream.write_all(request.as_bytes()).await.expect("it is taken");
        stream.read_to_string(&mut response).await.expect("it is answered");
    })
    .await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(matches!(client.message().await, None | Some(Err(_))));
}
