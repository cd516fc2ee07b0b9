//! Issuing and expiry.

use std::time::Duration;

use lark_sandbox::Sandbox;
use reqwest::Method;
use serde_json::json;

use crate::client::{APP_TOKEN, Client, TENANT_TOKEN, USERS, send};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_same_token_is_issued_while_half_an_hour_remains() {
    let client = Client::start().await;
    client.sandbox.advance(89 * MINUTE);
    let again = client.credentials(TENANT_TOKEN).await;
    assert_eq!(again.body["tenant_access_token"], client.token.as_str());
    let left = again.body["expire"].as_u64().expect("seconds");
    assert!((1850..=1860).contains(&left), "{left}");
}

#[tokio::test]
async fn near_its_end_a_token_is_replaced_and_both_are_good() {
    let mut client = Client::start().await;
    client.sandbox.advance(91 * MINUTE);
    let new = client.tenant_token().await;
    assert_ne!(new, client.token);
    client.get(USERS).await.data();
    client.sandbox.advance(30 * MINUTE);
    assert_eq!(client.get(USERS).await.code(), 99991663);
    client.token = new;
    client.get(USERS).await.data();
}

#[tokio::test]
async fn expire_tokens_ends_all_of_them_and_the_next_request_issues_a_new_one() {
    let mut client = Client::start().await;
    client.sandbox.expire_tokens();
    let rejected = client.get(USERS).await;
    assert_eq!((rejected.status, rejected.code()), (400, 99991663));
    client.token = client.tenant_token().await;
    client.get(USERS).await.data();
}

#[tokio::test]
async fn token_fields_stand_beside_the_code() {
    let client = Client::start().await;
    let answer = client.credentials(APP_TOKEN).await;
    assert_eq!(answer.body["code"], 0);
    assert!(answer.body["app_access_token"].as_str().is_some_and(|it| it.starts_with("a-")));
    assert_eq!(answer.body["tenant_access_token"], client.token.as_str());
    assert!(answer.body.get("data").is_none());
}

#[tokio::test]
async fn wrong_credentials_are_rejected_with_http_200() {
    let client = Client::start().await;
    let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
    let cases = [
        (json!({ "app_id": "cli_0000000000000000", "app_secret": secret }), 10014),
        (json!({ "app_id": id, "app_secret": "wrong" }), 10014),
        (json!({ "app_id": id }), 10003),
        (json!({ "app_secret": secret }), 10003),
        (json!([]), 10003),
    ];
    for (body, code) in cases {
        let request = client.bare(Method::POST, TENANT_TOKEN);
        let answer = send(request.json(&body)).await;
        assert_eq!((answer.status, answer.code()), (200, code), "{body}");
        assert!(!answer.log_id.is_empty() && answer.body.get("error").is_none());
        assert!(answer.body.get("tenant_access_token").is_none());
    }
}

#[tokio::test]
async fn a_self_built_app_is_rejected_by_the_endpoints_of_marketplace_apps() {
    let client = Client::start().await;
    for path in ["app_access_token", "tenant_access_token", "app_ticket/resend"] {
        let answer = client.credentials(&format!("/open-apis/auth/v3/{path}")).await;
        assert_eq!(answer.code(), 10003, "{path}");
    }
}

#[tokio::test]
async fn token_requests_are_counted_also_when_rejected() {
    let client = Client::start().await;
    send(client.bare(Method::POST, TENANT_TOKEN)).await;
    client.get(USERS).await;
    assert_eq!((client.sandbox.token_requests(), client.sandbox.requests()), (2, 3));
    assert_eq!(client.sandbox.requests_of("contact.v3.user.list"), 1);
}

#[tokio::test]
async fn a_short_life_is_told_and_kept() {
    let sandbox =
        Sandbox::builder().strict().token_lifetime(Duration::from_secs(700)).start().await;
    let client = Client::of(sandbox.expect("a free port")).await;
    assert_eq!(client.credentials(TENANT_TOKEN).await.body["expire"], 700);
    client.sandbox.advance(Duration::from_secs(701));
    assert_eq!(client.get(USERS).await.code(), 99991663);
}

#[tokio::test]
async fn a_revoked_token_is_invalid_and_the_next_request_issues_a_new_one() {
    let mut client = Client::start().await;
    let user = client.sandbox.issue_user_token("ou_1");
    let old = client.token.clone();
    assert!(client.sandbox.revoke_token(&old));
    assert!(!client.sandbox.revoke_token("t-unknown"));
    assert_eq!(client.get(USERS).await.code(), 99991663);
    send(client.bare(Method::GET, USERS).bearer_auth(&user)).await.data();
    client.token = client.tenant_token().await;
    assert_ne!(client.token, old);
    client.get(USERS).await.data();
    client.sandbox.revoke_tokens();
    assert_eq!(client.get(USERS).await.code(), 99991663);
    let rejected = send(client.bare(Method::GET, USERS).bearer_auth(&user)).await;
    assert_eq!((rejected.status, rejected.code()), (401, 99991668));
}

#[tokio::test]
async fn bad_tokens_are_rejected_in_the_status_that_was_set() {
    let client = Client::start().await;
    for status in [200, 400, 401] {
        client.sandbox.invalid_token_status(status);
        for (token, code) in [("t-x", 99991663), ("a-x", 99991664), ("u-x", 99991668)] {
            let rejected = send(client.bare(Method::GET, USERS).bearer_auth(token)).await;
            assert_eq!((rejected.status, rejected.code()), (status, code));
        }
    }
    assert_eq!(send(client.bare(Method::GET, USERS)).await.status, 400, "no token at all");
}
