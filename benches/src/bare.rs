//! Sending a message by hand: reqwest as the SDK sets it up, and serde derives.

// Field names of the platform, only decoded.
#![allow(missing_docs)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use rustls::client::WantsClientCert;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::page::USERS;
use crate::serde_users::{Envelope, I18nName, UserPage};
use crate::server::Server;
use crate::text_int::TextInt;

/// For a whole call.
const TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const TOKEN: &str = "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234";

/// What somebody without an SDK would write.
#[derive(Clone)]
pub struct Bare {
    http: reqwest::Client,
    url: String,
    users_url: String,
    token_url: String,
}

#[derive(Deserialize)]
struct Token {
    tenant_access_token: String,
}

impl Bare {
    /// For this server. Options are those of the SDK's own transport.
    ///
    /// # Errors
    /// None in practice.
    pub fn new(server: &Server) -> Result<Self, Failure> {
        let tls = tls()?.with_root_certificates(roots(server.certificate.as_deref())?);
        Ok(Self::with(http_with(tls, Some(TIMEOUT))?, &server.url))
    }

    /// For the server at `base_url`, if the system trusts it.
    ///
    /// # Errors
    /// The certificates of the system cannot be read.
    pub fn trusting_the_system(base_url: &str) -> Result<Self, Failure> {
        Ok(Self::with(http_with(tls()?.with_platform_verifier()?, Some(TIMEOUT))?, base_url))
    }

    fn with(http: reqwest::Client, base_url: &str) -> Self {
        let url = format!("{base_url}/open-apis/im/v1/messages?receive_id_type=chat_id");
        let users_url = format!("{base_url}/open-apis/contact/v3/users?page_size={USERS}");
        let token_url = format!("{base_url}/open-apis/auth/v3/tenant_access_token/internal");
        Self { http, url, users_url, token_url }
    }

    /// Fetches a token, which `send` does not need.
    ///
    /// # Errors
    /// No answer, or not the expected one.
    pub async fn fetch_token(&self) -> Result<String, Failure> {
        let body = r#"{"app_id":"cli_bench","app_secret":"secret"}"#;
        let request = self.http.post(&self.token_url).body(body);
        let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
        let token: Token = serde_json::from_slice(&request.send().await?.bytes().await?)?;
        Ok(token.tenant_access_token)
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// No answer, or not the expected one.
    pub async fn send(&self, chat: &str, content: String) -> Result<Message, Failure> {
        let message = NewMessage { receive_id: chat, msg_type: "text", content: &content };
        let request = self.http.post(&self.url).bearer_auth(TOKEN);
        let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
        let response = request.body(serde_json::to_vec(&message)?).send().await?;
        answer(&response.bytes().await?)
    }

    /// Reads all pages of the list of users, and returns how many there are.
    ///
    /// # Errors
    /// No answer, or not the expected one.
    pub async fn users(&self) -> Result<usize, Failure> {
        let (mut users, mut next) = (0, None::<String>);
        loop {
            let mut url = self.users_url.clone();
            if let Some(token) = &next {
                url.push_str("&page_token=");
                url.push_str(token);
            }
            let response = self.http.get(url).bearer_auth(TOKEN).send().await?;
            let page: UserPage = answer(&response.bytes().await?)?;
            users += black_box(&page.items).len();
            next = page.page_token.filter(|_| page.has_more == Some(true));
            if next.is_none() {
                return Ok(users);
            }
        }
    }
}

/// Reads the answer.
pub(crate) fn answer<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let answer: Envelope<T> = serde_json::from_slice(bytes)?;
    if answer.code != 0 {
        return Err(format!("{}: {}", answer.code, answer.msg).into());
    }
    answer.data.ok_or_else(|| "no data".into())
}

/// A client with the options of the SDK's own transport, and this limit for a whole call.
///
/// # Errors
/// None in practice.
pub fn http(timeout: Option<Duration>) -> Result<reqwest::Client, Failure> {
    http_with(tls()?.with_root_certificates(roots(None)?), timeout)
}

fn tls() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?)
}

fn roots(pem: Option<&str>) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.unwrap_or_default().as_bytes()) {
        roots.add(certificate?)?;
    }
    Ok(roots)
}

fn http_with(
    tls: ConfigBuilder<ClientConfig, WantsClientCert>,
    timeout: Option<Duration>,
) -> Result<reqwest::Client, Failure> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.with_no_client_auth())
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
