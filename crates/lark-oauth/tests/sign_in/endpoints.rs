//! What is sent to the other endpoints, and what their answers mean.

use std::time::{Duration, UNIX_EPOCH};

use lark_core::Client;
use lark_oauth::{Grant, OAuth, TokenEndpoint};
use lark_test_support::FakeTransport;

use crate::oauth_over;

#[tokio::test]
async fn the_third_version_is_on_the_accounts_host_and_gives_no_code() {
    let transport =
        FakeTransport::scripted([(200, r#"{"access_token":"u-hush","expires_in":"60"}"#)]);
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let oauth = oauth_over(&transport).token_endpoint(TokenEndpoint::V3).clock(move || now);
    let grant = oauth.refresh(&"ur-1".into()).await.expect("a grant");
    assert_eq!((grant.issued_at, grant.expires_at), (now, now + Duration::from_secs(60)));
    assert_eq!(grant.refresh_token, None);
    assert!(!format!("{grant:?}").contains("hush"));
    assert_eq!(Grant::from_json(&grant.to_json()).expect("it is one"), grant);
    assert_eq!(transport.requests()[0].line(), "POST https://accounts.test/oauth/v3/token");
}

#[tokio::test]
async fn a_server_error_is_repeated_once() {
    let failed = (500, r#"{"code":20050,"error":"server_error","error_description":"Retry."}"#);
    let granted = (200, r#"{"code":0,"access_token":"u-1","expires_in":7200}"#);
    let transport = FakeTransport::scripted([failed, granted, failed, failed]);
    let oauth = oauth_over(&transport);
    oauth.refresh(&"ur-1".into()).await.expect("the second time it works");
    let error = oauth.refresh(&"ur-1".into()).await.expect_err("not a third time");
    assert_eq!((error.code(), error.is_transient()), (Some(20050), true));
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test]
async fn success_without_a_token_is_an_error() {
    for answer in [r#"{"code":0}"#, r#"{"code":0,"access_token":"","refresh_token":"ur-hush"}"#] {
        let oauth = oauth_over(&FakeTransport::scripted([(200, answer)]));
        let error = oauth.refresh(&"ur-1".into()).await.expect_err("no token").to_string();
        assert!(
            error.contains("success but without a token") && !error.contains("hush"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn revoking_promises_nothing_but_the_status() {
    let transport = FakeTransport::scripted([(200, ""), (200, "{}"), (200, r#"{"code":0}"#)]);
    let oauth = oauth_over(&transport);
    for _ in 0..3 {
        oauth.revoke(&"ur-1".into()).await.expect("it is revoked");
    }
    let sent = transport.requests().remove(0);
    assert_eq!(sent.line(), "POST https://accounts.test/oauth/v1/revoke");
    assert_eq!(sent.form()["token"], "ur-1");
    assert_eq!(sent.form()["client_secret"], "hush-secret");
    let transport = FakeTransport::scripted([
        (502, "<html>"),
        (200, r#"{"code":20002,"error":"invalid_client"}"#),
        (400, r#"{"error":"unsupported_token_type"}"#),
    ]);
    for _ in 0..3 {
        oauth_over(&transport).revoke(&"ur-1".into()).await.expect_err("it is not");
    }
}

#[tokio::test]
async fn the_user_is_asked_for_with_their_token() {
    let transport = FakeTransport::scripted([(
        200,
        r#"{"code":0,"data":{"open_id":"ou_1","name":"张","email":"","mobile":"+86"}}"#,
    )]);
    let user = oauth_over(&transport).user_info(&"u-1".into()).await.expect("a user");
    assert_eq!((&*user.open_id, &*user.name, user.email), ("ou_1", "张", None));
    assert_eq!(user.mobile.as_deref(), Some("+86"));
    let sent = transport.requests().remove(0);
    assert_eq!(sent.line(), "GET https://open.test/open-apis/authen/v1/user_info");
    assert_eq!(sent.authorization(), "Bearer u-1");
}

#[tokio::test]
async fn nothing_is_sent_without_a_secret() {
    let transport = FakeTransport::scripted([(200, "{}"); 0]);
    let client = Client::without_app().transport(transport.clone()).build().expect("fine");
    let oauth = OAuth::new(&client);
    let refused = [
        oauth.refresh(&"ur-1".into()).await.map(drop),
        oauth.revoke(&"ur-1".into()).await,
        oauth.authorize_device("a").await.map(drop),
    ];
    for error in refused.map(|refused| refused.expect_err("there is no secret").to_string()) {
        assert!(error.contains("signing users in takes the app secret"), "{error}");
    }
    assert_eq!(transport.requests().len(), 0);
}
