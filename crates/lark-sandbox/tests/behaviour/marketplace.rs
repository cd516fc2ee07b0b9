//! The tokens and tickets of marketplace apps.

use std::sync::{Arc, Mutex};

use lark_sandbox::{App, Sandbox};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, TENANT_TOKEN, USERS, send};

const APP: &str = "cli_market";
const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token";
const MARKET_TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token";
const RESEND: &str = "/open-apis/auth/v3/app_ticket/resend";

async fn start() -> Client {
    let app = App::marketplace(APP, "secret");
    let builder = Sandbox::builder().strict().add_app(app).tenants(["tenant_a", "tenant_b"]);
    Client::of(builder.start().await.expect("a free port")).await
}

async fn app_token(client: &Client) -> String {
    let ticket = client.sandbox.app_ticket(APP);
    let body = json!({ "app_id": APP, "app_secret": "secret", "app_ticket": ticket });
    let answer = client.ask(APP_TOKEN, body).await;
    answer.body["app_access_token"].as_str().expect("a token").to_owned()
}

async fn tenant_token(client: &Client, tenant: &str) -> String {
    let body = json!({ "app_access_token": app_token(client).await, "tenant_key": tenant });
    let answer = client.ask(MARKET_TENANT_TOKEN, body).await;
    assert!(answer.body["expire"].as_u64().is_some_and(|left| (7190..=7200).contains(&left)));
    answer.body["tenant_access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_ticket_gives_an_app_token_and_that_a_token_for_each_tenant() {
    let client = start().await;
    let (a, b) = (tenant_token(&client, "tenant_a").await, tenant_token(&client, "tenant_b").await);
    assert_ne!(a, b);
    assert_eq!(a, tenant_token(&client, "tenant_a").await, "reused while half an hour remains");
    for (token, tenant) in [(a, "tenant_a"), (b, "tenant_b")] {
        send(client.bare(Method::GET, USERS).bearer_auth(token)).await.data();
        let call = client.sandbox.calls().pop().expect("a call");
        assert_eq!((call.app_id.as_deref(), call.tenant_key.as_deref()), (Some(APP), Some(tenant)));
    }
}

#[tokio::test]
async fn only_the_current_ticket_is_accepted() {
    let client = start().await;
    let old = client.sandbox.app_ticket(APP);
    let new = client.sandbox.rotate_ticket(APP);
    assert_eq!(client.sandbox.app_ticket(APP), new);
    let token = app_token(&client).await;
    for ticket in [json!(old), json!(""), json!(null)] {
        let body = json!({ "app_id": APP, "app_secret": "secret", "app_ticket": ticket });
        let answer = client.ask(APP_TOKEN, body).await;
        assert_eq!((answer.status, answer.code()), (200, 10012), "{ticket}");
    }
    client.sandbox.rotate_ticket(APP);
    let body = json!({ "app_access_token": token, "tenant_key": "tenant_a" });
    assert_eq!(client.ask(MARKET_TENANT_TOKEN, body).await.code(), 0, "tokens outlive tickets");
}

#[tokio::test]
async fn tenant_tokens_need_a_good_app_token_and_a_known_tenant() {
    let client = start().await;
    let token = app_token(&client).await;
    let unknown = json!({ "app_access_token": token, "tenant_key": "tenant_c" });
    assert_eq!(client.ask(MARKET_TENANT_TOKEN, unknown).await.code(), 10003);
    assert!(client.sandbox.revoke_token(&token));
    for token in [token.as_str(), "a-unknown", &client.token] {
        let body = json!({ "app_access_token": token, "tenant_key": "tenant_a" });
        let answer = client.ask(MARKET_TENANT_TOKEN, body).await;
        assert_eq!((answer.status, answer.code()), (200, 99991664), "{token}");
    }
    assert_ne!(app_token(&client).await, token, "a revoked token is not handed out again");
}

#[tokio::test]
async fn each_kind_of_app_has_its_own_endpoints() {
    let client = start().await;
    let body = json!({ "app_id": APP, "app_secret": "secret" });
    for path in [TENANT_TOKEN, crate::client::APP_TOKEN] {
        assert_eq!(client.ask(path, body.clone()).await.code(), 10003, "{path}");
    }
    let answer = client.credentials(crate::client::APP_TOKEN).await;
    let token = answer.body["app_access_token"].clone();
    let body = json!({ "app_access_token": token, "tenant_key": "tenant_a" });
    assert_eq!(client.ask(MARKET_TENANT_TOKEN, body).await.code(), 10003);
}

#[tokio::test]
async fn a_resend_delivers_the_ticket_and_is_counted() {
    let pushed = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&pushed);
    let builder = Sandbox::builder().strict().add_app(App::marketplace(APP, "secret"));
    let builder = builder.on_ticket(move |app, ticket| {
        seen.lock().expect("no panic").push((app.to_owned(), ticket.to_owned()));
    });
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let first = client.sandbox.app_ticket(APP);
    let body = json!({ "app_id": APP, "app_secret": "secret" });
    assert_eq!(client.ask(RESEND, body).await.code(), 0);
    let wrong = json!({ "app_id": APP, "app_secret": "wrong" });
    assert_eq!(client.ask(RESEND, wrong).await.code(), 10014);
    let second = client.sandbox.rotate_ticket(APP);
    let pushed = pushed.lock().expect("no panic");
    assert_eq!(*pushed, [(APP.to_owned(), first), (APP.to_owned(), second)]);
    assert_eq!(client.sandbox.ticket_resends(APP), 1);
    assert_eq!(client.sandbox.token_requests(), 1, "a resend asks for no token");
}
