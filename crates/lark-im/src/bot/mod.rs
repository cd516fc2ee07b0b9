//! Custom bots: a group's own webhook, which takes messages without an app.
//!
//! Whoever knows the webhook's URL may write into the group, so it is a secret, and so is the
//! signing secret: neither is in `Debug`, errors or traces.
//!
//! ```no_run
//! use lark_im::bot::GroupBot;
//! use lark_im::content::{Card, CardColor};
//!
//! # async fn run(webhook_url: &str, secret: &str) -> lark_core::Result<()> {
//! let bot = GroupBot::new(webhook_url)?.secret(secret);
//! bot.send("Build 42 is green").await?;
//! bot.send(Card::markdown("Build 42", "**312** tests passed").color(CardColor::Green)).await?;
//! # Ok(()) }
//! ```
//!
//! A custom bot sends texts, posts, images, shared chats and cards, at most 20 KB each, 100 a minute
//! and 5 a second. Buttons of its cards open addresses only; nobody is told of a click otherwise.
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
pub struct GroupBot {
    client: Client,
    host: String,
    hook_id: Secret,
    secret: Option<Secret>,
}

impl GroupBot {
    /// A bot by the URL of its webhook: `https://open.feishu.cn/open-apis/bot/v2/hook/<id>`, on
    /// Feishu, Lark or a gateway before them.
    ///
    /// # Errors
    /// The URL is not one of a custom bot's webhook. The message does not repeat it.
    pub fn new(webhook_url: impl Into<Secret>) -> Result<Self> {
        Self::with_client(webhook_url, Client::without_app())
    }

    /// The same with a transport and options of yours: a proxy, time-outs, another retry policy.
    /// Begin with [`Client::without_app`]; the host of the webhook is set here.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use lark_core::Client;
    /// use lark_im::bot::GroupBot;
    ///
    /// # fn run(webhook_url: &str) -> lark_core::Result<()> {
    /// let options = Client::without_app().timeout(Duration::from_secs(5));
    /// let bot = GroupBot::with_client(webhook_url, options)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), or an option cannot be used.
    pub fn with_client(webhook_url: impl Into<Secret>, options: ClientBuilder) -> Result<Self> {
        let Webhook { base_url, hook_id } = Webhook::parse(&webhook_url.into())?;
        let client = options.base_url(base_url.clone()).build()?;
        Ok(Self { client, host: base_url, hook_id, secret: None })
    }

    /// Signs messages, for a bot whose security settings ask for it. The secret is shown there.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sends a message: a text, a [`Card`](crate::content::Card), any content that custom bots can
    /// send.
    ///
    /// A refusal for its rate (code [`CODE_FLOW_CONTROL`]) is waited for and the message sent again,
    /// as far as the timeout allows. A message that may have arrived is never sent twice: there is no
    /// idempotency key here.
    ///
    /// # Errors
    /// Before anything is sent: the kind of message is not one for custom bots, the body is over
    /// [`MAX_HOOK_BODY_BYTES`](crate::content::MAX_HOOK_BODY_BYTES), or a card has too many elements.
    /// After that the bot's own codes,
    /// see the constants of [this module](self) and [`Error::code`](lark_core::Error::code), and
    /// whatever else a call can meet.
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
        SendRequest::new(self.hook_id.expose(), content, signature)
    }
}

impl fmt::Debug for GroupBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signs = self.secret.is_some();
        f.debug_struct("GroupBot")
            .field("host", &self.host)
            .field("signs", &signs)
            .finish_non_exhaustive()
    }
}
