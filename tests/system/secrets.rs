//! What no log, error or panic may show. The canary is up in all tests of this program; this one
//! makes sure that it sings.

use lark_core::{Client, Error, RawRequest, Stage};
use lark_im::v1::message;
use lark_oauth::OAuth;
use lark_sandbox::{App, Sandbox, ScriptedResponse, Times};

const TENANT_TOKEN: &str = "auth.v3.tenant_access_token.internal";

#[tokio::test]
async fn the_canary_knows_each_kind_of_secret_and_sees_what_is_traced() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let user = sandbox.issue_user_token("ou_1");
    let secrets = [sandbox.app_secret(), &user, &ticket().await, &code(&sandbox)];
    for secret in secrets {
        assert!(lark_canary::find(&format!("x {secret} y")).is_some());
    }
    assert!(lark_canary::find("im.v1.message.create: api: code 1 (log id 20261121a-4)").is_none());
    lark_canary::up();
    let before = lark_canary::records();
    let client = crate::client(&sandbox).as_user(user.clone());
    client.send(message::get("om_1")).await.expect_err("there is none");
    assert!(lark_canary::records() > before + 10, "calls are traced");
    let logged = std::panic::catch_unwind(|| tracing::trace!(token = user, "on purpose"));
    assert!(logged.is_err(), "a secret in a trace is a failure");
}

/// An app ticket.
async fn ticket() -> String {
    let app = App::marketplace("cli_0000000000000001", "secret of app 1");
    let sandbox = Sandbox::builder().strict().add_app(app).start().await.expect("a free port");
    sandbox.app_ticket("cli_0000000000000001")
}

/// What a user comes back from signing in with.
fn code(sandbox: &Sandbox) -> String {
    let oauth = OAuth::new(&crate::client(sandbox));
    let authorization = oauth.authorize("https://bot.example.com/callback").build();
    sandbox.authorize(authorization.expect("the URL is one").url())
}

/// Provokes every way a call can fail while secrets are near, and looks at the errors.
#[tokio::test]
async fn errors_show_no_secrets() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let user = sandbox.issue_user_token("ou_1");
    let client = crate::client(&sandbox);
    let mut errors: Vec<Error> = Vec::new();
    let half = format!(r#"{{"code":0,"tenant_access_token":"{user}","expire":"#);
    let no_life = format!(r#"{{"code":0,"tenant_access_token":"{user}"}}"#);
    let in_msg = r#"{"code":10003,"msg":"invalid param"}"#.to_owned();
    for body in [half.clone(), no_life, in_msg, "<html>".to_owned()] {
        let response = ScriptedResponse::new(200).body(body);
        sandbox.respond_with(TENANT_TOKEN, Times::Once, response);
        errors.push(client.send(message::get("om_1")).await.expect_err("no token"));
    }
    let sensitive = RawRequest::get("/open-apis/im/v1/messages/om_1").sensitive();
    sandbox.respond_with("im.v1.message.get", Times::Once, ScriptedResponse::new(200).body(half));
    errors.push(client.send_raw(sensitive).await.expect_err("half an answer"));
    errors.push(client.as_user(user.clone()).send(message::get("om_1")).await.expect_err("none"));
    let both = client.with_tenant_token(user.clone()).with_app_token(user.clone());
    errors.push(both.send(message::get("om_1")).await.expect_err("of the wrong kind"));
    errors.push(client.with_header("x-test", &format!("{user}\n")).expect_err("a line break"));
    let wrong =
        Client::builder("cli_1", sandbox.app_secret()).base_url("https://a:planted@c.example");
    errors.push(wrong.build().expect_err("a password in the URL"));
    let basic = RawRequest::post("/x").basic_auth("cli_1", sandbox.app_secret());
    errors.push(client.send_raw(basic).await.expect_err("no such path"));
    assert!(errors.iter().any(|error| error.stage() == Stage::Token));
    for error in errors {
        lark_canary::check(&format!("{error} {error:?} {error:#?}"));
        lark_canary::check(
            &std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default(),
        );
    }
    lark_canary::check(&format!("{client:?} {both:?}"));
}
