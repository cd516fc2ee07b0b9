//! Apps that prove who they are by client assertions, and the newer token endpoint: lark-core against the
//! sandbox.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::{
    Client, ClientAssertionFuture, ClientAssertions, ClientBuilder, Error, RawRequest, TokenKind,
};
use lark_sandbox::{App, Sandbox};
use serde_json::{Value, json};

const V3: &str = "oauth.v3.token";

/// Hands out what it holds, and remembers for whom.
#[derive(Clone)]
struct Given {
    assertion: Result<String, &'static str>,
    audiences: Arc<Mutex<Vec<String>>>,
}

impl Given {
    fn new(assertion: impl Into<String>) -> Self {
        Self { assertion: Ok(assertion.into()), audiences: Arc::default() }
    }
}

impl ClientAssertions for Given {
    fn assertion<'a>(&'a self, audience: &'a str) -> ClientAssertionFuture<'a> {
        self.audiences.lock().expect("nobody panics").push(audience.to_owned());
        let assertion = self.assertion.clone();
        Box::pin(async move { assertion.map(Into::into).map_err(Error::no_token) })
    }
}

async fn start() -> Sandbox {
    Sandbox::start().await.expect("a free port")
}

fn keyless(sandbox: &Sandbox, assertions: impl ClientAssertions + 'static) -> ClientBuilder {
    Client::keyless(sandbox.app_id(), assertions).base_url(sandbox.base_url())
}

fn users() -> RawRequest {
    RawRequest::get("/open-apis/contact/v3/users")
}

#[tokio::test]
async fn a_client_without_a_secret_gets_tokens_and_makes_calls() {
    let sandbox = start().await;
    let given = Given::new(sandbox.client_assertion());
    let client = keyless(&sandbox, given.clone()).build().expect("the settings are fine");
    for _ in 0..2 {
        client.send_raw(users()).await.expect("the token is good");
    }
    assert_eq!((sandbox.requests_of(V3), sandbox.token_requests()), (1, 0));
    let host = sandbox.base_url().replace("http://", "");
    assert_eq!(*given.audiences.lock().expect("nobody panics"), [host]);
    let calls = sandbox.calls_of(V3);
    assert_eq!(calls[0].app_id.as_deref(), Some(sandbox.app_id()));
}

#[tokio::test]
async fn a_token_that_is_rejected_is_replaced() {
    let sandbox = start().await;
    let given = Given::new(sandbox.client_assertion());
    let client = keyless(&sandbox, given).build().expect("the settings are fine");
    client.send_raw(users()).await.expect("the token is good");
    sandbox.expire_tokens();
    client.send_raw(users()).await.expect("the next token is good");
    assert_eq!(sandbox.requests_of(V3), 2);
}

#[tokio::test]
async fn the_grant_of_client_credentials_takes_the_secret() {
    let sandbox = start().await;
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = builder.base_url(sandbox.base_url()).client_credentials_grant().build();
    let client = client.expect("the settings are fine");
    client.send_raw(users()).await.expect("the token is good");
    assert_eq!((sandbox.requests_of(V3), sandbox.token_requests()), (1, 0));
    let wrong = Client::builder(sandbox.app_id(), "wrong").base_url(sandbox.base_url());
    let wrong = wrong.client_credentials_grant().build().expect("the settings are fine");
    let error = wrong.send_raw(users()).await.expect_err("the secret is wrong");
    assert_eq!(error.code(), Some(20002), "{error}");
}

#[tokio::test]
async fn assertions_that_prove_nothing_are_rejected_and_not_shown() {
    let sandbox = start().await;
    let host = sandbox.base_url().replace("http://", "");
    let minute = Duration::from_secs(60);
    let own = sandbox.app_id();
    let other = sandbox.client_assertion_for("cli_another", &host, minute);
    let elsewhere = sandbox.client_assertion_for(own, "accounts.feishu.cn", minute);
    let expired = sandbox.client_assertion_for(own, &host, Duration::ZERO);
    for (assertion, why) in [
        ("a.b.c".to_owned(), "not signed by an issuer"),
        (other, "The subject of the client assertion is another app"),
        (elsewhere, "The audience of the client assertion is another host"),
        (expired, "has expired"),
    ] {
        let client = keyless(&sandbox, Given::new(assertion.clone())).build();
        let error = client.expect("fine").send_raw(users()).await.expect_err(why);
        assert_eq!(error.oauth_error(), Some("invalid_client"), "{error}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains(&assertion), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_work_says_why() {
    struct Panics;
    impl ClientAssertions for Panics {
        fn assertion<'a>(&'a self, _: &'a str) -> ClientAssertionFuture<'a> {
            panic!("on purpose")
        }
    }

    let sandbox = start().await;
    let failing = Given { assertion: Err("the pod has no token"), audiences: Arc::default() };
    let error = async |builder: ClientBuilder, request: RawRequest| {
        let client = builder.build().expect("the settings are fine");
        client.send_raw(request).await.expect_err("it cannot work").to_string()
    };
    let said = error(keyless(&sandbox, failing), users()).await;
    assert!(said.contains("the pod has no token"), "{said}");
    let said = error(keyless(&sandbox, Panics), users()).await;
    assert!(said.contains("the source of client assertions panicked"), "{said}");
    let said = error(keyless(&sandbox, Given::new("")), users()).await;
    assert!(said.contains("the client assertion is empty"), "{said}");
    let of_app = RawRequest::get("/open-apis/application/v6/applications").token(TokenKind::App);
    let said = error(keyless(&sandbox, Given::new("x")), of_app).await;
    assert!(said.contains("only an app with its secret gets"), "{said}");
    assert_eq!(sandbox.requests(), 0);

    let build = |builder: ClientBuilder| builder.build().expect_err("it cannot work").to_string();
    let said = build(keyless(&sandbox, Given::new("x")).marketplace());
    assert!(said.contains("keyless is for self-built apps"), "{said}");
    let said = build(Client::builder("a", "b").client_credentials_grant().marketplace());
    assert!(said.contains("client_credentials_grant is for self-built apps"), "{said}");
    assert!(build(Client::keyless("", Given::new("x"))).contains("the app id must not be empty"));
}

#[tokio::test]
async fn the_endpoints_check_what_comes_beside_the_assertion() {
    const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let shop = App::marketplace("cli_00000000000000aa", "secret");
    let sandbox = Sandbox::builder().add_app(shop).start().await.expect("a free port");
    let assertion = sandbox.client_assertion();
    let ask = async |path: &str, body: Value| {
        let request = http::Request::post(path).body(body.to_string().into()).expect("a request");
        let response = sandbox.respond(request).await.expect("a response");
        serde_json::from_slice::<Value>(response.body()).expect("JSON")
    };
    let token = async |more: Value| {
        let mut body = json!({
            "grant_type": GRANT, "client_assertion_type": TYPE, "client_assertion": assertion,
            "client_id": sandbox.app_id(),
        });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        ask("/oauth/v3/token", body).await
    };
    let jwt = token(json!({})).await["access_token"].as_str().expect("a token").to_owned();
    assert!(jwt.split('.').count() == 3 && jwt.len() > 2000, "{jwt}");
    assert_eq!(token(json!({})).await["access_token"], jwt, "the same while it lives long");
    assert_eq!(token(json!({ "client_secret": "x" })).await["code"], 20070);
    let odd = token(json!({ "client_assertion_type": "odd" })).await;
    assert_eq!(odd["error"], "invalid_request");
    let shop = token(json!({ "client_id": "cli_00000000000000aa" })).await;
    assert_eq!(shop["error"], "unauthorized_client");
    assert_eq!(token(json!({ "client_assertion": "" })).await["error"], "unsupported_grant_type");

    let discover = async |assertion: &str| {
        let app_id = sandbox.app_id();
        let body = json!({ "AppID": app_id, "AppSecret": "", "ClientAssertion": assertion });
        ask("/callback/ws/endpoint", body).await["code"].clone()
    };
    assert_eq!(discover(&assertion).await, 0);
    assert_eq!(discover("a.b.c").await, 514);
    assert_eq!(discover("").await, 514);
}
