//! Several apps and tenants in one sandbox.

use std::io::ErrorKind;

use lark_sandbox::{App, Sandbox, TokenKind};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, MESSAGES, TENANT_TOKEN, USERS, send};

async fn two_apps() -> Client {
    let other = App::self_built("cli_other", "other").in_tenant("tenant_b");
    let sandbox =
        Sandbox::builder().strict().app("cli_first", "first").add_app(other).start().await;
    Client::of(sandbox.expect("a free port")).await
}

async fn other_token(client: &Client) -> String {
    let body = json!({ "app_id": "cli_other", "app_secret": "other" });
    let answer = client.ask(TENANT_TOKEN, body).await;
    answer.body["tenant_access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn each_app_has_its_own_secret_and_tokens() {
    let client = two_apps().await;
    let token = other_token(&client).await;
    assert_ne!(token, client.token);
    assert_eq!(token, other_token(&client).await);
    let crossed = json!({ "app_id": "cli_other", "app_secret": "first" });
    assert_eq!(client.ask(TENANT_TOKEN, crossed).await.code(), 10014);
    let unknown = json!({ "app_id": "cli_third", "app_secret": "first" });
    assert_eq!(client.ask(TENANT_TOKEN, unknown).await.code(), 10003);
}

#[tokio::test]
async fn records_name_app_and_tenant_of_each_call() {
    let client = two_apps().await;
    let token = other_token(&client).await;
    client.get(USERS).await.data();
    send(client.bare(Method::GET, USERS).bearer_auth(&token)).await.data();
    send(client.bare(Method::GET, USERS).bearer_auth("t-unknown")).await;
    let calls = client.sandbox.calls_of("contact.v3.user.list");
    let owners: Vec<_> =
        calls.iter().map(|it| (it.app_id.as_deref(), it.tenant_key.as_deref())).collect();
    let first = Some(client.sandbox.tenant_key());
    let expected =
        [(Some("cli_first"), first), (Some("cli_other"), Some("tenant_b")), (None, None)];
    assert_eq!(owners, expected);
    assert_eq!(calls[0].token_kind, Some(TokenKind::Tenant));
    let calls = client.sandbox.calls();
    assert_eq!(calls.len(), 5);
    assert_eq!(calls[1].app_id.as_deref(), Some("cli_other"), "the app that asked for a token");
    assert_eq!(calls[1].tenant_key.as_deref(), Some("tenant_b"));
}

#[tokio::test]
async fn a_token_that_is_no_longer_good_still_tells_whose_it_was() {
    let client = Client::start().await;
    client.sandbox.revoke_tokens();
    client.get(USERS).await;
    let calls = client.sandbox.calls_of("contact.v3.user.list");
    assert_eq!(calls[0].app_id.as_deref(), Some(client.sandbox.app_id()));
    assert_eq!(calls[0].code, Some(99991663));
}

#[tokio::test]
async fn tenants_see_nothing_of_each_other() {
    let mut client = two_apps().await;
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let body = json!({ "receive_id": "oc_1", "msg_type": "text", "content": r#"{"text":"hi"}"# });
    let sent = client.post(&path, body.clone()).await.data().clone();
    assert_eq!(sent["sender"]["tenant_key"], client.sandbox.tenant_key());
    let id = sent["message_id"].as_str().expect("an id").to_owned();
    client.token = other_token(&client).await;
    assert_eq!(client.get(&format!("{MESSAGES}/{id}")).await.code(), 230001);
    let sent = client.post(&path, body).await.data().clone();
    assert_eq!(sent["sender"]["id"], "cli_other");
    assert_eq!(sent["sender"]["tenant_key"], "tenant_b");
    let (ours, theirs) = (client.sandbox.open_ids(), client.sandbox.open_ids_of("tenant_b"));
    assert_eq!((ours.len(), theirs.len()), (300, 300));
    assert!(ours.iter().all(|id| !theirs.contains(id)), "people are of one tenant");
    let listed = client.get(USERS).await.data()["items"][0]["open_id"].clone();
    assert_eq!(listed, theirs[0]);
}

#[tokio::test]
async fn apps_of_one_tenant_do_not_change_each_others_messages_nor_share_uuids() {
    let neighbour = App::self_built("cli_other", "other");
    let sandbox =
        Sandbox::builder().strict().add_app(neighbour).start().await.expect("a free port");
    let mut client = Client::of(sandbox).await;
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let content = r#"{"text":"hi"}"#;
    let body = json!({ "receive_id": "oc_1", "msg_type": "text", "content": content, "uuid": "u" });
    let sent = client.post(&path, body.clone()).await.data()["message_id"].clone();
    client.token = other_token(&client).await;
    let message = format!("{MESSAGES}/{}", sent.as_str().expect("an id"));
    assert_eq!(client.delete(&message).await.code(), 230026);
    assert_ne!(client.post(&path, body).await.data()["message_id"], sent);
    assert_eq!(client.sandbox.messages_sent(), 2);
}

#[tokio::test]
async fn a_user_token_is_of_the_app_and_tenant_it_was_issued_for() {
    let client = two_apps().await;
    let person = client.sandbox.open_ids()[0].clone();
    let token = client.sandbox.issue_user_token_of("cli_other", "tenant_b", &person);
    send(client.bare(Method::GET, USERS).bearer_auth(token)).await.data();
    let call = client.sandbox.calls().pop().expect("a call");
    assert_eq!(call.token_kind, Some(TokenKind::User));
    assert_eq!(call.open_id, Some(person));
    assert_eq!(call.app_id.as_deref(), Some("cli_other"));
    assert_eq!(call.tenant_key.as_deref(), Some("tenant_b"));
}

#[tokio::test]
async fn two_apps_with_one_id_are_an_error() {
    let twin = App::self_built("cli_twin", "2");
    let started = Sandbox::builder().strict().app("cli_twin", "1").add_app(twin).start().await;
    assert_eq!(started.expect_err("a mistake").kind(), ErrorKind::InvalidInput);
}
