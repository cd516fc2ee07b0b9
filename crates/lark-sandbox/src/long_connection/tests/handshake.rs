//! Discovery and the upgrade.

use serde_json::json;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::http::Response;

use super::client::{Client, discover, url};
use super::{connected, credentials, sandbox};
use crate::{App, Sandbox};

/// What an upgrade that is refused says.
async fn refusal(sandbox: &Sandbox, url: &str) -> Response<Option<Vec<u8>>> {
    match Client::open(sandbox, url).await {
        Err(Error::Http(response)) => *response,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was let in"),
    }
}

fn header<'a, B>(response: &'a Response<B>, name: &str) -> Option<&'a str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[tokio::test]
async fn discovery_gives_a_url_and_the_settings() {
    let sandbox = sandbox().await;
    let found = discover(&sandbox, &credentials(&sandbox)).await;
    assert_eq!(found["code"], 0);
    let config = json!({
        "ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": 120,
    });
    assert_eq!(found["data"]["ClientConfig"], config);
    let url = found["data"]["URL"].as_str().expect("a URL");
    assert!(url.starts_with(&sandbox.base_url().replace("http", "ws")), "{url}");
    // Node's SDK does not find what comes first.
    assert!(url.contains("&service_id=") && url.contains("&device_id="), "{url}");
}

#[tokio::test]
async fn only_self_built_apps_with_their_credentials_get_one() {
    let shop = App::marketplace("cli_00000000000000aa", "secret");
    let sandbox = Sandbox::builder().add_app(shop).start().await.expect("a port is free");
    let code = async |body| discover(&sandbox, &body).await["code"].clone();
    let id = sandbox.app_id();
    assert_eq!(code(json!({ "AppID": id, "AppSecret": "wrong" })).await, 514);
    assert_eq!(code(json!({ "AppID": "cli_unknown", "AppSecret": "x" })).await, 514);
    assert_eq!(code(json!({ "AppID": id })).await, 514);
    let of_shop = json!({ "AppID": "cli_00000000000000aa", "AppSecret": "secret" });
    assert_eq!(code(of_shop).await, 403);
}

#[tokio::test]
async fn a_url_is_good_once_and_not_when_changed() {
    let sandbox = sandbox().await;
    let used = url(&sandbox).await;
    let _client = Client::open(&sandbox, &used).await.expect("it is let in");
    let changed = url(&sandbox).await.replace("access_key=", "access_key=0");
    for url in [used, changed] {
        let refusal = refusal(&sandbox, &url).await;
        assert_eq!(refusal.status(), 403);
        assert_eq!(header(&refusal, "Handshake-Status"), Some("514"));
        assert_eq!(header(&refusal, "Handshake-Autherrcode"), Some("0"));
    }
}

#[tokio::test]
async fn an_app_has_fifty_connections_at_most() {
    let sandbox = sandbox().await;
    let early = url(&sandbox).await;
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(Client::connect(&sandbox).await);
    }
    let found = discover(&sandbox, &credentials(&sandbox)).await;
    assert_eq!(found["code"], 1_000_040_350);
    let refusal = refusal(&sandbox, &early).await;
    assert_eq!(header(&refusal, "Handshake-Status"), Some("514"));
    assert_eq!(header(&refusal, "Handshake-Autherrcode"), Some("1000040350"));
    assert_eq!((sandbox.connections().len(), sandbox.connections_opened()), (50, 50));
}

#[tokio::test]
async fn what_is_no_upgrade_is_refused_and_what_is_one_is_recorded_without_its_ticket() {
    let (sandbox, _client) = connected().await;
    let request = http::Request::get(url(&sandbox).await).body(Default::default());
    let response = sandbox.respond(request.expect("a request")).await.expect("a response");
    assert_eq!(response.status(), 400);
    let calls = sandbox.calls_of("callback.ws.connect");
    let seen: Vec<_> = calls.iter().map(|call| (call.status, &*call.path)).collect();
    assert_eq!(seen, [(101, "/ws/v2"), (400, "/ws/v2")]);
    assert_eq!(calls[0].app_id.as_deref(), Some(sandbox.app_id()));
}
