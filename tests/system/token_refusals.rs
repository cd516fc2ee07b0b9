//! Every refusal that has to do with tokens, and what a caller is told of it.

use lark_contact::v3::user;
use lark_core::{Client, Error, RawRequest, Stage, TokenKind};
use lark_im::v1::message;
use lark_sandbox::{App, Fault, Sandbox, ScriptedResponse, Times};
use lark_test_support::watched;
use serde_json::json;

const TOKEN: &str = "auth.v3.tenant_access_token.internal";
const LIST: &str = "contact.v3.user.list";
const USERS: &str = "/open-apis/contact/v3/users";

/// Codes by which the platform says that a token is no good.
const BAD_TOKEN: [i64; 6] =
    [99_991_661, 99_991_663, 99_991_664, 99_991_668, 99_991_671, 99_991_677];

/// Codes of 2.3 that a new token would not help against.
const OTHERS: [(i64, &str); 19] = [
    (1500, "internal error"),
    (21_000, "security policy challenge"),
    (230_027, "Lack of necessary permissions"),
    (99_991_543, "app_id or app_secret wrong"),
    (99_991_641, "user session invalid"),
    (99_991_642, "user session not found"),
    (99_991_645, "user session timed out"),
    (99_991_662, "app disabled"),
    (99_991_669, "user identity cannot be resolved"),
    (99_991_670, "SSO token invalid"),
    (99_991_672, "Access denied"),
    (99_991_673, "app status unavailable"),
    (99_991_674, "user type not supported"),
    (99_991_675, "user identity mismatch"),
    (99_991_676, "token has no permission"),
    (99_991_679, "Unauthorized"),
    (99_992_351, "user_id invalid"),
    (99_992_353, "union_id invalid"),
    (99_992_361, "open_id cross app"),
];

/// An envelope of the platform, with a log id in its body.
fn refusal(status: u16, code: i64, msg: &str) -> ScriptedResponse {
    let error = json!({ "log_id": format!("log-{code}") });
    ScriptedResponse::json(status, &json!({ "code": code, "msg": msg, "error": error }))
}

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    (sandbox, client)
}

async fn list(client: &Client) -> Result<(), Error> {
    client.send(user::list().page_size(1)).await.map(|_| ())
}

/// Everything that the platform's support would ask for.
fn check(error: &Error, stage: Stage, code: i64, msg: &str) {
    assert_eq!((error.stage(), error.operation()), (stage, LIST), "{error}");
    assert_eq!((error.code(), error.msg()), (Some(code), Some(msg)), "{error}");
    let log_id = format!("log-{code}");
    assert_eq!(error.log_id(), Some(&*log_id), "{error}");
    let text = error.to_string();
    for part in [LIST, stage.as_str(), &code.to_string(), msg, &log_id] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_is_told_once_by_the_call_that_needed_the_token() {
    for (code, msg) in [
        (10_003, "invalid param"),
        (10_012, "app ticket invalid"),
        (10_014, "app secret invalid"),
        (21_001, "security policy challenge"),
        (99_991_543, "app_id or app_secret wrong"),
        (99_991_662, "app not installed"),
        (99_991_673, "app status unavailable"),
    ] {
        for status in [200, 400, 401, 403] {
            let (sandbox, client) = start().await;
            sandbox.respond_with(TOKEN, Times::Once, refusal(status, code, msg));
            let error = list(&client).await.expect_err("no token");
            check(&error, Stage::Token, code, msg);
            assert_eq!(error.attempts(), 0, "the call itself was not sent");
            assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (1, 0));
            // Nothing of it is kept.
            list(&client).await.expect("a page, once the platform gives a token");
        }
    }
}

#[tokio::test]
async fn a_bad_token_of_ours_is_replaced_once_and_the_call_made_again() {
    for code in BAD_TOKEN {
        for status in [200, 400, 401] {
            let (sandbox, client) = start().await;
            sandbox.fault(LIST, Times::Once, Fault::token_invalid(code, status));
            list(&client).await.unwrap_or_else(|error| panic!("{code}: {error}"));
            assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (2, 2), "{code}");
            sandbox.respond_with(LIST, Times::Always, refusal(status, code, "bad token"));
            let error = list(&client).await.expect_err("refused again");
            check(&error, Stage::Api, code, "bad token");
            assert!(error.is_token_invalid() && error.attempts() == 2, "{error}");
            assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (3, 4), "{code}");
        }
    }
}

/// The message that a bad token would have sent is sent once.
#[tokio::test]
async fn a_post_is_made_again_after_a_bad_token_and_executed_once() {
    for code in BAD_TOKEN {
        let (sandbox, client) = start().await;
        sandbox.fault("im.v1.message.reply", Times::Once, Fault::token_invalid(code, 400));
        let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
        let sent = client.send(create.message("hello")).await.expect("sent");
        client.send(message::reply(sent.message_id).message("yes")).await.expect("answered");
        assert_eq!((sandbox.messages_sent(), sandbox.token_requests()), (2, 2), "{code}");
    }
}

#[tokio::test]
async fn what_a_new_token_would_not_help_against_is_asked_once() {
    let (sandbox, client) = start().await;
    list(&client).await.expect("a page");
    for (code, msg) in OTHERS {
        for status in [200, 400, 401, 403] {
            sandbox.respond_with(LIST, Times::Once, refusal(status, code, msg));
            let before = sandbox.requests_of(LIST);
            let error = list(&client).await.expect_err("refused");
            check(&error, Stage::Api, code, msg);
            assert_eq!(error.attempts(), 1, "{error}");
            assert!(!error.is_token_invalid() && !error.is_sign_in_needed(), "{error}");
            assert_eq!(sandbox.requests_of(LIST) - before, 1, "{code} in HTTP {status}");
        }
    }
    list(&client).await.expect("a page, with the same token");
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test]
async fn missing_scopes_are_listed_in_the_error_and_in_its_text() {
    let (sandbox, client) = start().await;
    let scopes = ["contact:contact.base:readonly", "contact:user.base:readonly"];
    for (code, kind) in
        [(99_991_672, "action_scope_required"), (99_991_679, "action_privilege_required")]
    {
        let violations: Vec<_> = scopes
            .iter()
            .map(|scope| json!({ "type": kind, "subject": scope, "description": "needed" }))
            .collect();
        let page = format!("https://open.feishu.cn/search?code={code}");
        let body = json!({ "code": code, "msg": "Access denied", "error": {
            "log_id": "log-scope", "troubleshooter": page, "permission_violations": violations,
        }});
        sandbox.respond_with(LIST, Times::Once, ScriptedResponse::json(400, &body));
        let error = list(&client).await.expect_err("refused");
        assert_eq!(error.missing_scopes().collect::<Vec<_>>(), scopes);
        let api = error.api().expect("an api error");
        assert_eq!(api.troubleshooter(), Some(&*page));
        assert!(api.permission_violations().iter().all(|it| it.kind == kind));
        assert!(error.to_string().contains(&format!("needs {}", scopes.join(" or "))), "{error}");
        assert_eq!(error.log_id(), Some("log-scope"));
    }
}

#[tokio::test]
async fn a_token_that_the_caller_gave_is_not_replaced_by_another() {
    let (sandbox, client) = start().await;
    let tenant = client.with_tenant_token(sandbox.issue_user_token("ou_1"));
    let user = client.as_user(sandbox.issue_user_token("ou_1"));
    let unmanaged = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let unmanaged = unmanaged.base_url(sandbox.base_url()).disable_token_cache();
    let unmanaged = watched(unmanaged).build().expect("fine");
    let unmanaged = unmanaged.with_tenant_token(sandbox.issue_user_token("ou_1"));
    for client in [tenant, user, unmanaged] {
        for code in BAD_TOKEN {
            let before = sandbox.requests_of(LIST);
            sandbox.respond_with(LIST, Times::Once, refusal(400, code, "bad token"));
            let error = list(&client).await.expect_err("refused");
            check(&error, Stage::Api, code, "bad token");
            assert_eq!(sandbox.requests_of(LIST) - before, 1, "{code}");
        }
    }
    assert_eq!(sandbox.token_requests(), 0);
}

#[tokio::test]
async fn what_cannot_work_is_refused_here_with_advice_and_without_a_request() {
    let (sandbox, client) = start().await;
    let (id, secret) = (sandbox.app_id(), sandbox.app_secret());
    let builder = || Client::builder(id, secret).base_url(sandbox.base_url());
    let market = watched(builder().marketplace()).build().expect("fine");
    let unmanaged = watched(builder().disable_token_cache()).build().expect("fine");
    let raw = |kind| RawRequest::get(USERS).token(kind);
    let given = || sandbox.issue_user_token("ou_1");
    let (tenant, user, app) = (TokenKind::Tenant, TokenKind::User, TokenKind::App);
    for (client, kind, advice) in [
        (market.clone(), tenant, "call it on client.for_tenant(tenant_key)"),
        (client.clone(), user, "it needs a user token; call it on client.as_user(token)"),
        (client.with_tenant_token(given()), user, "it needs a user token; call it on"),
        (client.as_user(given()), tenant, "it takes the tenant token only; call it on a client"),
        (client.as_user(given()), app, "it takes the app token only; call it on a client without"),
        (client.with_tenant_token(given()), app, "without with_tenant_token"),
        (client.with_app_token(given()), tenant, "without with_app_token"),
        (client.for_tenant("tenant_1"), tenant, "a client without for_tenant"),
        (unmanaged.clone(), tenant, "call it on client.with_tenant_token(token)"),
        (unmanaged, app, "call it on client.with_app_token(token)"),
    ] {
        let error = client.send_raw(raw(kind)).await.expect_err("refused here");
        assert_eq!((error.stage(), error.attempts()), (Stage::Prepare, 0), "{error}");
        assert_eq!(error.operation(), "GET /open-apis/contact/v3/users");
        assert!(error.to_string().contains(advice), "{advice} is not in: {error}");
    }
    for (id, secret) in [("", secret), (id, "")] {
        let error = Client::builder(id, secret).build().expect_err("nothing to sign in with");
        assert_eq!(error.stage(), Stage::Configure);
        assert!(error.to_string().contains("the app id and the app secret must not be empty"));
    }
    assert_eq!(sandbox.requests(), 0);
}

const MARKET: &str = "cli_0000000000000001";

async fn market() -> (Sandbox, Client) {
    let app = App::marketplace(MARKET, "secret of app 1");
    let sandbox = Sandbox::builder().strict().add_app(app).tenants(["tenant_a"]);
    let sandbox = sandbox.start().await.expect("a free port");
    let client = Client::builder(MARKET, "secret of app 1").base_url(sandbox.base_url());
    let client = client.app_ticket(sandbox.app_ticket(MARKET));
    let client = watched(client).build().expect("fine").for_tenant("tenant_a");
    (sandbox, client)
}

const APP: &str = "auth.v3.app_access_token.create";
const TENANT: &str = "auth.v3.tenant_access_token.create";

#[tokio::test]
async fn an_app_token_that_is_refused_while_a_tenants_is_bought_is_replaced() {
    for code in [99_991_664, 99_991_671] {
        let (sandbox, client) = market().await;
        sandbox.respond_with(TENANT, Times::Once, refusal(200, code, "app token invalid"));
        list(&client).await.expect("a page");
        assert_eq!((sandbox.requests_of(APP), sandbox.requests_of(TENANT)), (2, 2), "{code}");
        assert_eq!(sandbox.requests_of(LIST), 1);
    }
}

#[tokio::test]
async fn the_refusals_on_the_way_to_a_tenants_token_are_told_by_the_call() {
    for (endpoint, code, msg) in [
        (APP, 10_003, "invalid param"),
        (APP, 10_014, "app secret invalid"),
        (TENANT, 10_003, "invalid param"),
        (TENANT, 99_991_662, "app not installed in the tenant"),
    ] {
        let (sandbox, client) = market().await;
        sandbox.respond_with(endpoint, Times::Once, refusal(200, code, msg));
        let error = list(&client).await.expect_err("no token");
        check(&error, Stage::Token, code, msg);
        assert_eq!((sandbox.requests_of(endpoint), sandbox.requests_of(LIST)), (1, 0));
        list(&client).await.expect("a page, once the platform gives a token");
    }
}

/// The ticket is used up: the platform is asked for another, and the text says what to do with it.
#[tokio::test]
async fn a_ticket_that_is_refused_is_asked_for_again_once_a_minute() {
    let (sandbox, client) = market().await;
    let ticket = sandbox.rotate_ticket(MARKET);
    for (asked, advice) in [
        (1, "the platform was asked for one just now"),
        (1, "asked for one less than a minute ago"),
    ] {
        let error = list(&client).await.expect_err("no ticket");
        let (stage, text) = (error.stage(), error.to_string());
        assert_eq!((stage, error.operation()), (Stage::Token, LIST), "{text}");
        assert!(text.contains(advice) && text.contains("client.set_app_ticket"), "{text}");
        assert_eq!(sandbox.ticket_resends(MARKET), asked);
    }
    client.set_app_ticket(ticket).await.expect("stored");
    list(&client).await.expect("a page");
}
