//! Sending a message by hand: reqwest as the SDK sets it up, and serde derives.

// Field names of the platform, only decoded.
#![allow(missing_docs)]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};

use crate::serde_users::{Envelope, I18nName};
use crate::text_int::TextInt;

pub(crate) const TOKEN: &str = "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234";

/// What somebody without an SDK would write.
#[derive(Clone)]
pub struct Bare {
    http: reqwest::Client,
    url: String,
}

impl Bare {
    /// For the server at `base_url`. Options are those of the SDK's own transport.
    ///
    /// # Errors
    /// None in practice.
    pub fn new(base_url: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let http = http(Some(Duration::from_secs(30)))?;
        let url = format!("{base_url}/open-apis/im/v1/messages?receive_id_type=chat_id");
        Ok(Self { http, url })
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// No answer, or not the expected one.
    pub async fn send(
        &self,
        chat: &str,
        content: String,
    ) -> Result<Message, Box<dyn Error + Send + Sync>> {
        let message = NewMessage { receive_id: chat, msg_type: "text", content: &content };
        let request = self.http.post(&self.url).bearer_auth(TOKEN);
        let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
        let response = request.body(serde_json::to_vec(&message)?).send().await?;
        answer(&response.bytes().await?)
    }
}

/// Reads the answer.
pub(crate) fn answer(bytes: &[u8]) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let answer: Envelope<Message> = serde_json::from_slice(bytes)?;
    if answer.code != 0 {
        return Err(format!("{}: {}", answer.code, answer.msg).into());
    }
    answer.data.ok_or_else(|| "no data".into())
}

/// A client with the options of the SDK's own transport, and this limit for a whole call.
///
/// # Errors
/// None in practice.
pub fn http(timeout: Option<Duration>) -> Result<reqwest::Client, Box<dyn Error + Send + Sync>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .tcp_nodelay(true)
        .user_agent("lark-rs/0.1.0");
    // reqwest's read timeout counts the sending of a body, so large files cannot have it.
    let client = match timeout {
        Some(timeout) => client.timeout(timeout).read_timeout(Duration::from_secs(30)),
        None => client,
    };
    Ok(client.build()?)
}

#[derive(Serialize)]
pub(crate) struct NewMessage<'a> {
    pub(crate) receive_id: &'a str,
    pub(crate) msg_type: &'a str,
    pub(crate) content: &'a str,
}

/// A message, with the fields of `lark_im::v1::CreateMessageResponse`.
#[derive(Debug, Deserialize)]
pub struct Message {
    pub body: Option<MessageBody>,
    pub chat_id: Option<String>,
    pub create_time: Option<TextInt>,
    pub deleted: Option<bool>,
    #[serde(default)]
    pub mentions: Vec<Mention>,
    pub message_app_link: Option<String>,
    pub message_id: String,
    pub message_position: Option<TextInt>,
    pub msg_type: Option<String>,
    pub parent_id: Option<String>,
    pub root_id: Option<String>,
    pub sender: Option<Sender>,
    pub thread_id: Option<String>,
    pub thread_message_position: Option<TextInt>,
    pub update_time: Option<TextInt>,
    pub updated: Option<bool>,
    pub upper_message_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct MessageBody {
    pub content: String,
}

#[derive(Debug, Deserialize)]
pub struct Mention {
    pub id: String,
    pub id_type: String,
    pub key: String,
    pub name: String,
    pub tenant_key: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Sender {
    pub id: String,
    pub id_type: String,
    pub open_bot_id: Option<String>,
    pub sender_i18n_names: Option<I18nName>,
    pub sender_name: Option<String>,
    pub sender_type: String,
    pub tenant_key: Option<String>,
}
