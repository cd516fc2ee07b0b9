//! Custom bots: a group's own webhook, which accepts messages without an app.
//!
//! Anyone who knows the webhook's URL can post to the group. The URL and the signing secret are
//! secrets: neither appears in `Debug`, errors or traces.
//!
//! ```no_run
//! use lark_im::bot::CustomBot;
//! use lark_im::content::{Card, CardColor};
//!
//! # async fn run(webhook_url: &str, secret: &str) -> lark_core::Result<()> {
//! let bot = CustomBot::new(webhook_url)?.secret(secret);
//! bot.send("Build 42 is green").await?;
//! bot.send(Card::markdown("Build 42", "**312** tests passed").color(CardColor::Green)).await?;
//! # Ok(()) }
//! ```
//!
//! A custom bot sends texts, posts, images, shared chats and cards of at most 20 KB each, at most 100
//! a minute and 5 a second. Buttons of its cards can only open URLs, because it gets no callbacks.
//!
//! Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.

mod code;
mod request;
mod sign;
mod webhook;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use lark_core::{Client, ClientBuilder, Result, Secret};

use self::request::{SendRequest, Signature};
use self::webhook::Webhook;
use crate::content::Content;

pub use self::code::{
    CODE_BAD_REQUEST, CODE_FLOW_CONTROL, CODE_INVALID_WEBHOOK, CODE_IP_NOT_ALLOWED,
    CODE_KEYWORD_NOT_FOUND, CODE_SIGN_MISMATCH,
};

/// A custom bot of a group. Cloning is cheap; clones share connections.
#[derive(Clone)]
pub struct CustomBot {
    client: Client,
    host: String,
    webhook_id: Secret,
    secret: Option<Secret>,
}

impl CustomBot {
    /// The bot with this webhook URL: `https://open.feishu.cn/open-apis/bot/v2/hook/<id>`, on Feishu,
    /// Lark or a gateway in front of them.
    ///
    /// # Errors
    /// `webhook_url` is not the webhook URL of a custom bot. The message does not repeat it.
    pub fn new(webhook_url: impl Into<Secret>) -> Result<Self> {
        Self::with_client_builder(webhook_url, Client::without_app())
    }

    /// As [`new`](Self::new), with a client of your own: a proxy, timeouts, another retry policy. Begin
    /// with [`Client::without_app`]; this sets the host of the webhook.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use lark_core::Client;
    /// use lark_im::bot::CustomBot;
    ///
    /// # fn run(webhook_url: &str) -> lark_core::Result<()> {
    /// let builder = Client::without_app().timeout(Duration::from_secs(5));
    /// let bot = CustomBot::with_client_builder(webhook_url, builder)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), or the builder has an invalid option.
    pub fn with_client_builder(
        webhook_url: impl Into<Secret>,
        builder: ClientBuilder,
    ) -> Result<Self> {
        let Webhook { base_url, webhook_id } = Webhook::parse(&webhook_url.into())?;
        let client = builder.base_url(base_url.clone()).build()?;
        Ok(Self { client, host: base_url, webhook_id, secret: None })
    }

    /// Signs messages with this secret, for a bot whose security settings require signatures. They show
    /// the secret.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sends a message: a text, a [`Card`](crate::content::Card), or any other content that custom bots
    /// support.
    ///
    /// A rate-limited message (code [`CODE_FLOW_CONTROL`]) is retried within the timeout. A message that
    /// may have arrived is not, because custom bots have no idempotency key.
    ///
    /// # Errors
    /// Before anything is sent: custom bots do not support this type of message, the body exceeds
    /// [`MAX_CUSTOM_BOT_BODY_BYTES`](crate::content::MAX_CUSTOM_BOT_BODY_BYTES), or a card has too many
    /// elements. Then as for any call, with the codes of [this module](self) in
    /// [`Error::code`](lark_core::Error::code).
    pub async fn send(&self, content: impl Into<Content>) -> Result<()> {
        let request = self.request(&content.into(), SystemTime::now())?;
        self.client.send(request).await
    }

    fn request(&self, content: &Content, now: SystemTime) -> Result<SendRequest> {
        let signature = self.secret.as_ref().map(|secret| {
            let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
            let timestamp = since.as_secs().to_string();
            Signature { sign: sign::sign(&timestamp, secret), timestamp }
        });
        SendRequest::new(self.webhook_id.expose(), content, signature)
    }
}

impl fmt::Debug for CustomBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signs = self.secret.is_some();
        f.debug_struct("CustomBot")
            .field("host", &self.host)
            .field("signs", &signs)
            .finish_non_exhaustive()
    }
}
