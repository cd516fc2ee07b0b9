//! A client that signs users in.

use lark_sandbox::{Builder, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, USERS, send};

pub(crate) const V2: &str = "/open-apis/authen/v2/oauth/token";
pub(crate) const V3: &str = "/oauth/v3/token";
pub(crate) const CALLBACK: &str = "https://app.example/back?from=lark";

pub(crate) async fn start(builder: Builder) -> Client {
    Client::of(builder.start().await.expect("a free port")).await
}

pub(crate) async fn default() -> Client {
    start(Sandbox::builder().strict()).await
}

/// The URL a user is sent to, with more of a query.
pub(crate) fn url(client: &Client, more: &str) -> String {
    let (base, app) = (client.sandbox.base_url(), client.sandbox.app_id());
    let query = format!("client_id={app}&response_type=code&state=s%20t&{more}");
    let callback: String = form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect();
    format!("{base}/open-apis/authen/v1/authorize?{query}&redirect_uri={callback}")
}

/// A parameter of the URL a browser was sent back to.
pub(crate) fn parameter(location: &str, name: &str) -> Option<String> {
    let query = location.split_once('?').expect("a query").1;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A code of the next person in line.
pub(crate) fn code(client: &Client, more: &str) -> String {
    parameter(&client.sandbox.authorize(&url(client, more)), "code").expect("a code")
}

/// Asks a token endpoint with the app's credentials and these fields.
pub(crate) async fn ask(client: &Client, path: &str, fields: Value) -> ApiResponse {
    let mut body = json!({
        "client_id": client.sandbox.app_id(), "client_secret": client.sandbox.app_secret(),
    });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    client.ask(path, body).await
}

pub(crate) async fn exchange(client: &Client, code: &str) -> ApiResponse {
    ask(client, V2, json!({ "grant_type": "authorization_code", "code": code })).await
}

pub(crate) async fn refresh(client: &Client, token: &Value) -> ApiResponse {
    ask(client, V2, json!({ "grant_type": "refresh_token", "refresh_token": token })).await
}

/// The tokens of somebody who has just signed in.
pub(crate) async fn sign_in(client: &Client) -> Value {
    let code = code(client, "scope=contact:user.base%20offline_access");
    exchange(client, &code).await.body
}

/// The code of a call made with this access token.
pub(crate) async fn call(client: &Client, token: &Value) -> i64 {
    let token = token.as_str().expect("a token");
    send(client.bare(Method::GET, USERS).bearer_auth(token)).await.code()
}
