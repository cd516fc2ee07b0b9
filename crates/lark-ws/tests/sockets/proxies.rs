//! Proxies carry everything: the discovery and the connection, and their credentials show nowhere.

use std::time::Duration;

use lark_core::{Client, Event, EventKeys, EventRouter, HttpTransport, Value};
use lark_sandbox::{PushState, Sandbox};
use lark_test_support::watched;

use crate::bot::Bot;
use crate::proxy::{socks5, tunnel};

async fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().tls().expect("a certificate");
    builder.start().await.expect("a free port")
}

/// A client that trusts the sandbox. Each request has a connection of its own, so that the proxy sees
/// each of them.
fn client(sandbox: &Sandbox, proxy: &str) -> Client {
    let transport = HttpTransport::builder()
        .only_root_certificates(sandbox.certificate().expect("it speaks TLS"))
        .max_idle_connections(0)
        .proxy(proxy);
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url());
    let client = client.transport(transport.build().expect("a transport"));
    watched(client).build().expect("a client")
}

fn address(sandbox: &Sandbox) -> String {
    sandbox.base_url().trim_start_matches("https://").to_owned()
}

/// Receives an event before and after a reconnect.
async fn receive(sandbox: &Sandbox, client: &Client) {
    let router = EventRouter::builder(EventKeys::none())
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let bot = Bot::start(client, router, |it| it.overlap(false));
    bot.connected().await;
    for number in 0..2 {
        let id = sandbox.pushes().push_sample("im.message.receive_v1", number).await;
        let id = id.expect("a push");
        sandbox.settle().await;
        assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
        let connections = bot.handle.health().connections;
        bot.handle.reconnect();
        crate::bot::until(Duration::from_secs(5), || {
            bot.handle.health().connections > connections && bot.handle.state().is_connected()
        })
        .await;
    }
    bot.stop().await.expect("a stop");
}

#[tokio::test]
async fn a_tunnel_carries_discovery_and_connection() {
    let sandbox = sandbox().await;
    let address = address(&sandbox);
    let proxy = tunnel(None, address.parse().expect("an address")).await;
    let client = client(&sandbox, &format!("http://me:hush-password@{}", proxy.address));
    receive(&sandbox, &client).await;
    let seen = proxy.seen();
    assert_eq!(seen.len(), 6, "three discoveries, three connections");
    for asked in seen {
        assert_eq!(asked.line, format!("CONNECT {address} HTTP/1.1"));
        assert!(asked.header("proxy-authorization").is_some_and(|it| it.starts_with("Basic ")));
    }
    assert_eq!(sandbox.connections_opened(), 3);
    lark_canary::check(&format!("{client:?}"));
    assert!(lark_canary::records() > 0);
}

#[tokio::test]
async fn a_socks_proxy_carries_discovery_and_connection() {
    let sandbox = sandbox().await;
    let address = address(&sandbox);
    let proxy = socks5(address.parse().expect("an address")).await;
    let client = client(&sandbox, &format!("socks5h://me:hush-password@{}", proxy.address));
    receive(&sandbox, &client).await;
    let seen = proxy.seen();
    assert_eq!(seen.len(), 6, "three discoveries, three connections");
    assert!(seen.iter().all(|wish| wish.password == "hush-password"));
}

/// What the proxy says is in the state, and the reason is not the platform's.
#[tokio::test]
async fn a_proxy_that_refuses_is_waited_for() {
    let sandbox = sandbox().await;
    let proxy = tunnel(None, address(&sandbox).parse().expect("an address")).await;
    let client = client(&sandbox, &format!("http://{}", proxy.address));
    let router = EventRouter::builder(EventKeys::none())
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let bot = Bot::start(&client, router, |it| it);
    let mut state = bot.handle.watch();
    let waits = |state: &lark_ws::State| matches!(state, lark_ws::State::Waiting { .. });
    let state = format!("{:?}", *state.wait_for(waits).await.expect("it runs"));
    assert!(state.contains("Unreachable") && state.contains("proxy is set"), "{state}");
    bot.stop().await.expect("a stop");
    drop(sandbox);
}
