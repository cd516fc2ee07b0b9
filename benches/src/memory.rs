//! A transport that answers from memory, for measurements.

use bytes::Bytes;
use lark_core::http::{Request, Response};
use lark_core::{Body, Client, Transport, TransportFuture};

const TOKEN: &str = r#"{"code":0,"msg":"ok","tenant_access_token":"t-memory","expire":7200}"#;

/// Answers every call with the same body, and token requests with a token.
///
/// Not the `FakeTransport` of the tests, which records each request and so would be measured too.
pub struct Memory {
    body: Bytes,
}

impl Memory {
    /// A client whose calls are all answered with `body`.
    ///
    /// # Errors
    /// None in practice.
    pub fn client(body: Bytes) -> lark_core::Result<Client> {
        Client::builder("cli_bench", "secret").transport(Self { body }).build()
    }
}

impl Transport for Memory {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let is_token = request.uri().path().contains("/auth/v3/");
        let body = if is_token { Bytes::from_static(TOKEN.as_bytes()) } else { self.body.clone() };
        Box::pin(async move { Ok(Response::new(body.into())) })
    }
}
