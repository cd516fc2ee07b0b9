//! The refusals of the token endpoints for users: what somebody who signs in is told, and what
//! becomes of a session.

use lark_contact::v3::user;
use lark_core::{Client, Error, Secret, Stage};
use lark_oauth::{Grant, OAuth, TokenEndpoint, UserSessions};
use lark_sandbox::{Sandbox, ScriptedResponse, Times};
use serde_json::json;

const LIST: &str = "contact.v3.user.list";
const ENDPOINTS: [(TokenEndpoint, &str, &str); 2] = [
    (TokenEndpoint::V2, "authen.v2.oauth.token", "POST /open-apis/authen/v2/oauth/token"),
    (TokenEndpoint::V3, "oauth.v3.token", "POST /oauth/v3/token"),
];

/// Code, HTTP status, name in RFC 6749, and what the platform says.
type Refusal = (i64, u16, &'static str, &'static str);

const REFUSALS: [Refusal; 24] = [
    (20_001, 400, "invalid_request", "a required parameter is missing"),
    (20_002, 400, "invalid_client", "the client secret is invalid"),
    (20_003, 400, "invalid_grant", "the code is not found"),
    (20_004, 400, "invalid_grant", "the code has expired"),
    (20_008, 400, "invalid_grant", "the user does not exist"),
    (20_009, 400, "unauthorized_client", "the app is not installed"),
    (20_010, 400, "access_denied", "the user may not use the app"),
    (20_024, 400, "invalid_grant", "not of this client"),
    (20_026, 400, "invalid_grant", "the refresh token is invalid"),
    (20_036, 400, "unsupported_grant_type", "the grant_type is not supported"),
    (20_037, 400, "invalid_grant", "the refresh token has expired"),
    (20_048, 400, "invalid_client", "the app does not exist"),
    (20_049, 400, "invalid_grant", "PKCE failed"),
    (20_050, 500, "server_error", "an unexpected server error"),
    (20_063, 400, "invalid_request", "the request is malformed"),
    (20_064, 400, "invalid_grant", "the refresh token has been revoked"),
    (20_065, 400, "invalid_grant", "the code has been used"),
    (20_066, 400, "invalid_grant", "the status of the user is illegal"),
    (20_067, 400, "invalid_scope", "a scope twice"),
    (20_068, 400, "invalid_scope", "a scope that is not permitted"),
    (20_069, 400, "unauthorized_client", "the app is disabled"),
    (20_070, 400, "invalid_request", "several authentication methods"),
    (20_072, 503, "temporarily_unavailable", "the server is temporarily unavailable"),
    (20_074, 400, "unauthorized_client", "refreshing is switched off"),
];

/// Codes after which a refresh token is of no use any more.
const ENDED: [i64; 4] = [20_026, 20_037, 20_064, 20_073];

fn response((code, status, name, description): Refusal) -> ScriptedResponse {
    let body = json!({ "code": code, "error": name, "error_description": description });
    ScriptedResponse::json(status, &body).header("X-Tt-Logid", "log-oauth")
}

fn check(error: &Error, (code, status, name, description): Refusal) {
    assert_eq!((error.code(), error.oauth_error()), (Some(code), Some(name)), "{error}");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(status), "{error}");
    assert_eq!(error.log_id(), Some("log-oauth"), "{error}");
    let text = error.to_string();
    for part in [&code.to_string(), description, "log-oauth"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn a_sign_in_that_is_refused_is_told_with_all_there_is() {
    for (endpoint, id, operation) in ENDPOINTS {
        let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
        let oauth = OAuth::new(&crate::client(&sandbox)).token_endpoint(endpoint);
        for refusal in REFUSALS {
            let before = sandbox.requests_of(id);
            sandbox.respond_with(id, Times::Always, response(refusal));
            let error =
                oauth.exchange_code(&Secret::from("x"), None, None).await.expect_err("refused");
            sandbox.stop_responding(id);
            check(&error, refusal);
            assert_eq!((error.stage(), error.operation()), (Stage::Api, operation), "{error}");
            // 20050 is the one that the platform asks to repeat.
            let requests = if refusal.0 == 20_050 { 2 } else { 1 };
            assert_eq!(sandbox.requests_of(id) - before, requests, "{error}");
            assert_eq!(error.is_transient(), refusal.1 >= 500, "{error}");
        }
    }
}

/// Signs `ann` in and lets her access token end.
async fn ended(endpoint: TokenEndpoint) -> (Sandbox, UserSessions, Client, Grant) {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let oauth = OAuth::new(&client).token_endpoint(endpoint);
    let authorization = oauth.authorize("https://bot.example.com/callback").offline_access();
    let authorization = authorization.build().expect("the URL is one");
    let callback = sandbox.authorize(authorization.url());
    let grant = oauth.exchange_callback(&authorization, &callback).await.expect("signed in");
    let sessions = UserSessions::with_oauth(&oauth);
    sessions.save("ann", &grant).await.expect("stored");
    sandbox.expire_tokens();
    let ann = client.as_session(sessions.session("ann"));
    (sandbox, sessions, ann, grant)
}

async fn list(client: &Client) -> Result<(), Error> {
    client.send(user::list().page_size(1)).await.map(|_| ())
}

#[tokio::test]
async fn a_refresh_that_is_refused_ends_the_session_only_if_its_token_has_ended() {
    let used = (20_073, 400, "invalid_grant", "the refresh token has been used");
    for (endpoint, id, _) in ENDPOINTS {
        for refusal in REFUSALS.into_iter().chain([used]) {
            let (sandbox, sessions, ann, grant) = ended(endpoint).await;
            // 20050 is repeated once.
            let times = if refusal.0 == 20_050 { 2 } else { 1 };
            sandbox.respond_with(id, Times::Next(times), response(refusal));
            let error = list(&ann).await.expect_err("refused");
            assert_eq!((error.stage(), error.operation()), (Stage::Token, LIST), "{error}");
            if ENDED.contains(&refusal.0) {
                assert!(error.is_sign_in_needed(), "{error}");
                let text = error.to_string();
                assert!(text.contains("user \"ann\" must sign in again"), "{text}");
                assert!(text.contains(refusal.3), "{text}");
                continue;
            }
            check(&error, refusal);
            assert!(!error.is_sign_in_needed(), "{error}");
            let kept = sessions.grant("ann").await.expect("in memory").expect("kept");
            assert_eq!(kept.refresh_token, grant.refresh_token);
            list(&ann).await.expect("renewed, when the trouble is over");
            assert_eq!((sandbox.refreshes(), sandbox.refresh_reuses()), (1, 0));
        }
    }
}

#[tokio::test]
async fn each_code_of_a_bad_token_renews_that_of_a_session_and_no_other_does() {
    let bad = [99_991_661, 99_991_663, 99_991_664, 99_991_668, 99_991_671, 99_991_677];
    let others = [99_991_662, 99_991_672, 99_991_673, 99_991_676, 99_991_679];
    let (sandbox, _, ann, _) = ended(TokenEndpoint::V2).await;
    list(&ann).await.expect("renewed");
    for (codes, renews) in [(&bad[..], true), (&others[..], false)] {
        for code in codes {
            let (refreshes, requests) = (sandbox.refreshes(), sandbox.requests_of(LIST));
            let body = json!({ "code": code, "msg": "refused" });
            sandbox.respond_with(LIST, Times::Once, ScriptedResponse::json(401, &body));
            let result = list(&ann).await;
            assert_eq!(result.is_ok(), renews, "{code}: {result:?}");
            assert_eq!(sandbox.refreshes() - refreshes, u64::from(renews), "{code}");
            assert_eq!(sandbox.requests_of(LIST) - requests, 1 + u64::from(renews), "{code}");
        }
    }
}

/// A gateway's page is no refusal: nothing is known of the grant, and it is kept.
#[tokio::test]
async fn a_token_endpoint_that_is_away_ends_no_session() {
    let (sandbox, _, ann, _) = ended(TokenEndpoint::V2).await;
    sandbox.respond_with(
        "authen.v2.oauth.token",
        Times::Once,
        ScriptedResponse::html(502, "<html>bad"),
    );
    let error = list(&ann).await.expect_err("no token");
    assert!(error.is_transient() && !error.is_sign_in_needed(), "{error}");
    assert_eq!((error.stage(), error.operation()), (Stage::Token, LIST), "{error}");
    list(&ann).await.expect("renewed");
}
