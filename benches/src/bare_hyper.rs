//! Sending a message by hand, on hyper alone: what is under every client, ours and reqwest.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, Uri};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::Failure;
use crate::bare::{Message, NewMessage, TOKEN, answer};

/// The client of hyper-util over plain TCP, without time limits.
#[derive(Clone)]
pub struct BareHyper {
    http: Client<HttpConnector, String>,
    url: Uri,
}

impl BareHyper {
    /// For the server at `base_url`.
    ///
    /// # Errors
    /// It is not a URL.
    pub fn new(base_url: &str) -> Result<Self, Failure> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = Client::builder(TokioExecutor::new()).build(connector);
        let url = format!("{base_url}/open-apis/im/v1/messages?receive_id_type=chat_id");
        Ok(Self { http, url: url.parse()? })
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// No answer, or not the expected one.
    pub async fn send(&self, chat: &str, content: String) -> Result<Message, Failure> {
        let message = NewMessage { receive_id: chat, msg_type: "text", content: &content };
        let request = Request::post(self.url.clone())
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(serde_json::to_string(&message)?)?;
        let response = self.http.request(request).await?;
        answer(&response.into_body().collect().await?.to_bytes())
    }
}
