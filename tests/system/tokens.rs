//! Tokens over real HTTP; their life is tested in lark-core with a paused clock.

use lark_auth::v3::tenant_access_token;
use lark_contact::v3::user;
use lark_core::{Client, DecodeMode, Stage};
use lark_im::v1::message;
use lark_sandbox::{Sandbox, ScriptedResponse, Times};
use serde_json::json;

#[tokio::test]
async fn a_thousand_first_calls_make_one_token_request() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let calls: Vec<_> = (0..1000)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                let request = message::create().receive_id_type("chat_id").receive_id("oc_1");
                client.send(request.message(format!("message {n}"))).await
            })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
    assert_eq!(sandbox.token_requests(), 1);
    assert_eq!(sandbox.requests_of("im.v1.message.create"), 1000);
}

#[tokio::test]
async fn a_first_caller_that_is_dropped_in_the_middle_costs_nobody_anything() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let first = {
        let client = client.clone();
        tokio::spawn(async move { client.send(user::list()).await })
    };
    // Polled once, so that its token is being fetched.
    tokio::task::yield_now().await;
    first.abort();
    let calls: Vec<_> = (0..999)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(user::list().page_size(1)).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test]
async fn wrong_credentials_are_an_error_of_stage_token_with_code_and_log_id() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    for (id, secret, code) in
        [(sandbox.app_id(), "wrong", 10014), ("cli_0000000000000000", "wrong", 10014)]
    {
        let client = Client::builder(id, secret).base_url(sandbox.base_url());
        let client = client.build().expect("fine until used");
        let request = message::get("om_1");
        let error = client.send(request).await.expect_err("no token");
        assert_eq!((error.stage(), error.code()), (Stage::Token, Some(code)), "{error}");
        assert_eq!(error.operation(), "im.v1.message.get");
        assert!(error.log_id().is_some(), "{error}");
        assert!(!format!("{error} {error:?}").contains("wrong"), "{error:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_replaced_and_no_caller_notices() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    client.send(user::list()).await.expect("a page");
    for (round, status) in [(1, 200), (2, 400), (3, 401)] {
        sandbox.invalid_token_status(status);
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.send(user::list().page_size(1)).await })
            })
            .collect();
        // Some calls are on their way by now, some are not.
        tokio::task::yield_now().await;
        sandbox.revoke_tokens();
        for call in calls {
            call.await.expect("no panic").expect("a page, whatever became of the token");
        }
        assert_eq!(sandbox.token_requests(), round + 1, "one for each revocation, HTTP {status}");
    }
}

#[tokio::test]
async fn the_codes_of_a_bad_token_count_in_any_http_status_and_once() {
    const LIST: &str = "contact.v3.user.list";
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    for (status, code) in [(200, 99_991_663), (400, 99_991_663), (401, 99_991_671)] {
        let refusal =
            ScriptedResponse::json(status, &json!({ "code": code, "msg": "invalid token" }));
        sandbox.respond_with(LIST, Times::Once, refusal);
        client.send(user::list()).await.expect("the second attempt succeeds");
    }
    let refusal =
        ScriptedResponse::json(400, &json!({ "code": 99_991_663, "msg": "invalid token" }));
    sandbox.respond_with(LIST, Times::Always, refusal);
    let before = sandbox.requests_of(LIST);
    let error = client.send(user::list()).await.expect_err("refused again");
    assert!(error.is_token_invalid(), "{error}");
    assert_eq!(sandbox.requests_of(LIST) - before, 2, "one more attempt, not more");
}

#[tokio::test]
async fn a_users_token_is_not_ours_to_replace() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let user = crate::client(&sandbox).as_user(sandbox.issue_user_token("ou_1"));
    sandbox.expire_tokens();
    let error = user.send(user::list()).await.expect_err("expired");
    assert_eq!(error.code(), Some(99_991_677), "{error}");
    assert_eq!(sandbox.token_requests(), 0, "the tenant does not step in for the user");
}

/// Their responses have no `data`: the members stand beside `code`.
#[tokio::test]
async fn token_endpoints_can_be_called_like_other_operations() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let client = crate::client(&sandbox).with_decode_mode(DecodeMode::Strict);
    let request = tenant_access_token::internal().app_id(sandbox.app_id());
    let request = request.app_secret(sandbox.app_secret());
    let response = client.send(request).await.expect("the credentials are right");
    let token = response.tenant_access_token.expect("a token");
    assert!(!format!("{token:?}").contains(token.expose()), "{token:?}");
    client.with_tenant_token(token).send(user::list()).await.expect("the token is accepted");
    let request = tenant_access_token::internal().app_id(sandbox.app_id()).app_secret("wrong");
    let error = client.send(request).await.expect_err("not the secret");
    assert_eq!((error.stage(), error.code()), (Stage::Api, Some(10014)), "{error}");
}
