//! A plain HTTP client of one sandbox.

use std::time::{Duration, SystemTime};

use lark_sandbox::{Clock, Sandbox};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token/internal";
pub(crate) const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token/internal";
pub(crate) const USERS: &str = "/open-apis/contact/v3/users";
pub(crate) const MESSAGES: &str = "/open-apis/im/v1/messages";

pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
    http: reqwest::Client,
}

/// A clock that moves by command only, an eighth of a second after a full one.
pub(crate) struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
    }
}

pub(crate) struct ApiResponse {
    pub(crate) status: u16,
    pub(crate) log_id: String,
    pub(crate) body: Value,
}

impl ApiResponse {
    pub(crate) fn code(&self) -> i64 {
        self.body["code"].as_i64().expect("an envelope")
    }

    /// `data` of a success.
    pub(crate) fn data(&self) -> &Value {
        assert_eq!((self.status, self.code()), (200, 0), "{}", self.body);
        &self.body["data"]
    }

    /// The fields that were rejected.
    pub(crate) fn fields(&self) -> Vec<&str> {
        assert_eq!((self.status, self.code()), (400, 99992402), "{}", self.body);
        let violations = self.body["error"]["field_violations"].as_array().expect("violations");
        violations.iter().filter_map(|violation| violation["field"].as_str()).collect()
    }
}

impl Client {
    /// A sandbox with the default settings, and a tenant token of it.
    pub(crate) async fn start() -> Self {
        Self::of(Sandbox::builder().strict().start().await.expect("a free port")).await
    }

    pub(crate) async fn of(sandbox: Sandbox) -> Self {
        let mut client = Self { sandbox, token: String::new(), http: http() };
        client.token = client.tenant_token().await;
        client
    }

    pub(crate) async fn tenant_token(&self) -> String {
        let answer = self.credentials(TENANT_TOKEN).await;
        answer.body["tenant_access_token"].as_str().expect("a token").to_owned()
    }

    /// Asks a token endpoint with the right credentials.
    pub(crate) async fn credentials(&self, path: &str) -> ApiResponse {
        let (id, secret) = (self.sandbox.app_id(), self.sandbox.app_secret());
        let body = json!({ "app_id": id, "app_secret": secret });
        send(self.bare(Method::POST, path).json(&body)).await
    }

    /// Asks a token endpoint with this body.
    pub(crate) async fn ask(&self, path: &str, body: Value) -> ApiResponse {
        send(self.bare(Method::POST, path).json(&body)).await
    }

    /// A request without a token.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    /// A request with the tenant token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.token)
    }

    /// Sends a form.
    pub(crate) async fn form(&self, path: &str, form: Form) -> ApiResponse {
        send(self.request(Method::POST, path).multipart(form)).await
    }

    /// Fetches a file.
    pub(crate) async fn download(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> ApiResponse {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> ApiResponse {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> ApiResponse {
        send(self.request(method, path).json(&body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::POST, path, body).await
    }
}

/// A client without settings. Other members of the workspace switch on TLS in reqwest, which then
/// insists on a provider although nothing here is encrypted.
pub(crate) fn http() -> reqwest::Client {
    // An error says that another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Sends and reads the envelope.
pub(crate) async fn send(request: RequestBuilder) -> ApiResponse {
    let response = request.send().await.expect("an answer");
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().expect("text"));
        value.unwrap_or_default().to_owned()
    };
    assert_eq!(header("Content-Type"), "application/json; charset=utf-8");
    let (status, log_id) = (response.status().as_u16(), header("X-Tt-Logid"));
    let body = response.json().await.expect("JSON");
    ApiResponse { status, log_id, body }
}
