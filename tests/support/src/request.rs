//! Requests as they arrived.

use std::collections::HashMap;

use bytes::Bytes;
use lark_core::http::{HeaderMap, Method, Request};
use lark_core::{Body, TransportError, Value};
use tokio::time::Instant;

/// A request that a [`FakeTransport`](crate::FakeTransport) was sent.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// When it arrived.
    pub at: Instant,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RecordedRequest {
    /// The request without its body, unless that is in memory.
    pub(crate) fn without_reading(request: &Request<Body>) -> Self {
        Self {
            at: Instant::now(),
            method: request.method().clone(),
            url: request.uri().to_string(),
            headers: request.headers().clone(),
            body: request.body().as_bytes().cloned().unwrap_or_default(),
        }
    }

    /// The request with its whole body.
    pub(crate) async fn read(request: Request<Body>) -> Result<Self, TransportError> {
        let recorded = Self::without_reading(&request);
        let body = request.into_body().collect(usize::MAX).await?;
        Ok(Self { body, ..recorded })
    }

    /// Method and URL, such as `GET https://open.feishu.cn/open-apis/x`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    /// The first parameter of the query that has this name.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.url.split_once('?')?.1;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(it, _)| it == name).map(|(_, value)| value.into_owned())
    }

    /// The header `Authorization`, empty if there is none.
    #[must_use]
    pub fn authorization(&self) -> &str {
        self.headers.get("authorization").map_or("", |it| it.to_str().expect("ASCII"))
    }

    /// The token of the header `Authorization`, empty if there is none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.authorization().trim_start_matches("Bearer ")
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    /// The body as JSON, `null` if it is empty.
    #[must_use]
    pub fn json(&self) -> Value {
        match self.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&self.body).expect("the body is JSON"),
        }
    }

    /// The body as an HTML form.
    #[must_use]
    pub fn form(&self) -> HashMap<String, String> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// Whether it asks for a tenant's or an app's token, or for an app ticket.
    #[must_use]
    pub fn is_for_token(&self) -> bool {
        self.url.contains("/open-apis/auth/v3/")
    }
}
