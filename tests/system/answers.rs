//! Answers that are not the platform's own, over real HTTP.

use lark_core::{Client, RetryPolicy, Stage};
use lark_im::v1::message;
use lark_sandbox::{Sandbox, ScriptedResponse, Times};

const GET: &str = "im.v1.message.get";
const TOKEN: &str = "auth.v3.tenant_access_token.internal";

async fn answered(operation: &str, response: ScriptedResponse) -> lark_core::Error {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    sandbox.respond_with(operation, Times::Always, response);
    let client = crate::client(&sandbox).with_retry(RetryPolicy::none());
    client.send(message::get("om_1")).await.expect_err("not a message")
}

#[tokio::test]
async fn a_gateways_page() {
    let page = "<html><body>502 Bad Gateway</body></html>";
    let error =
        answered(GET, ScriptedResponse::html(502, page).header("X-Tt-Logid", "log-502")).await;
    assert_eq!((error.stage(), error.log_id()), (Stage::Http, Some("log-502")));
    let text = error.to_string();
    assert!(text.starts_with("im.v1.message.get: http: not JSON"), "{text}");
    assert!(text.contains("502 Bad Gateway"), "{text}");
    assert!(text.ends_with("(HTTP 502, log id log-502)"), "{text}");
    let error = answered(TOKEN, ScriptedResponse::html(502, page)).await;
    assert_eq!((error.stage(), error.operation()), (Stage::Token, GET), "{error}");
}

#[tokio::test]
async fn half_an_answer() {
    let half = r#"{"code":0,"msg":"success","data":{"items":[{"message_id":"om"#;
    let error = answered(GET, ScriptedResponse::new(200).body(half)).await;
    assert_eq!(error.stage(), Stage::Decode, "{error}");
    assert!(error.to_string().contains("EOF while parsing a string"), "{error}");
    let error = answered(GET, ScriptedResponse::new(200).body(half).declare_length(5000)).await;
    assert_eq!(error.stage(), Stage::Send, "{error}");
    assert!(
        error.to_string().contains("the connection broke before the whole response"),
        "{error}"
    );
    assert_eq!(error.status().map(|it| it.as_u16()), Some(200));
}

#[tokio::test]
async fn nobody_at_the_address() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    sandbox.shutdown().await;
    let error = client.send(message::get("om_1")).await.expect_err("nobody there");
    assert_eq!(error.stage(), Stage::Token);
    assert!(error.is_transient());
    assert!(error.to_string().contains("cannot connect"), "{error}");
}

#[tokio::test]
async fn a_path_in_the_base_url_comes_before_every_api_path() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let base = format!("{}/gateway/", sandbox.base_url());
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret()).base_url(base);
    let error = client.build().expect("fine").send(message::get("om_1")).await.expect_err("404");
    // The sandbox has no such prefix: that it was asked under it shows in its answer.
    assert!(error.to_string().contains("HTTP 404"), "{error}");
}
