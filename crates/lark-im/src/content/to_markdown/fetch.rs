//! Messages as Markdown, with all that belongs to them.

use std::collections::{BTreeMap, HashSet};
use std::future::IntoFuture;
use std::pin::Pin;

use lark_core::Client;

use super::forward::{MERGE_FORWARD, Messages};
use crate::v1::{Message, message};

/// Messages that are fetched by default, at most.
const MAX_MESSAGES: usize = 1_000;

/// A message as Markdown, with the messages within it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MessageMarkdown {
    /// The Markdown.
    pub markdown: String,
    /// The messages that were fetched: the one that was asked for, those forwarded in it, and those it
    /// replies to. Their [`received`](Message::received) has the keys of files.
    pub messages: Vec<Message>,
    /// Messages that the platform refused, or that were too many, by their ids, with the reason. The
    /// Markdown says so in place of a message that was refused.
    pub missing: BTreeMap<String, String>,
}

/// A message as Markdown: its settings. Awaiting it makes the calls.
#[derive(Clone, Debug)]
#[must_use = "nothing is fetched until it is awaited"]
pub struct MessageExport {
    client: Client,
    message_id: String,
    quotes: usize,
    max_messages: usize,
}

/// Fetches a message as Markdown: cards as they were sent, and forwarded messages with their senders
/// and times, also those within others, as quotes.
///
/// The text of a message is that of
/// [`ReceivedContent::to_markdown`](crate::content::ReceivedContent::to_markdown).
///
/// ```no_run
/// # async fn context(client: lark_core::Client, message_id: &str) -> lark_core::Result<()> {
/// use lark_im::v1::message;
///
/// // With the message that it replies to.
/// let message = message::to_markdown(&client, message_id).quotes(1).await?;
/// println!("{}", message.markdown);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the message itself cannot be fetched, or a call fails other than by a refusal of the platform.
pub fn message_to_markdown(client: &Client, message_id: impl Into<String>) -> MessageExport {
    MessageExport {
        client: client.clone(),
        message_id: message_id.into(),
        quotes: 0,
        max_messages: MAX_MESSAGES,
    }
}

impl MessageExport {
    /// Puts the message that this one replies to above it, as a quote, and what that replies to, up to
    /// `depth` of them. Default 0. Each is a call.
    pub fn quotes(mut self, depth: usize) -> Self {
        self.quotes = depth;
        self
    }

    /// Keeps up to this number of messages, 1,000 by default. Those beyond are in
    /// [`missing`](MessageMarkdown::missing).
    pub fn max_messages(mut self, messages: usize) -> Self {
        self.max_messages = messages.max(1);
        self
    }

    async fn run(self) -> lark_core::Result<MessageMarkdown> {
        let mut fetcher = Fetcher::new(&self);
        fetcher.fetch(&self.message_id).await?;
        let chain = fetcher.chain().await?;
        fetcher.follow(&chain).await?;
        let Fetcher { messages, missing, .. } = fetcher;
        let markdown = Messages { fetched: &messages, missing: &missing }.reply(&chain);
        Ok(MessageMarkdown { markdown, messages, missing })
    }
}

impl IntoFuture for MessageExport {
    type Output = lark_core::Result<MessageMarkdown>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

struct Fetcher<'a> {
    export: &'a MessageExport,
    messages: Vec<Message>,
    ids: HashSet<String>,
    missing: BTreeMap<String, String>,
}

impl<'a> Fetcher<'a> {
    fn new(export: &'a MessageExport) -> Self {
        let (messages, ids) = (Vec::new(), HashSet::new());
        Self { export, messages, ids, missing: BTreeMap::new() }
    }

    /// Gets a message and what is forwarded in it.
    async fn fetch(&mut self, message_id: &str) -> lark_core::Result<()> {
        let get = message::get(message_id)
            .card_msg_content_type("user_card_content")
            .with_sender_name(true);
        let items = self.export.client.send(get).await?.items;
        if items.is_empty() {
            self.miss(message_id, "the response has no message");
        }
        let uppers: HashSet<String> = items.iter().map(|it| it.message_id.clone()).collect();
        for mut item in items {
            if self.ids.contains(&item.message_id) {
                continue;
            }
            if self.is_full() {
                let reason = format!("more than {} messages", self.export.max_messages);
                self.miss(&item.message_id, &reason);
                continue;
            }
            // What is in none of these messages is in the one that was asked for.
            let upper = item.upper_message_id.as_ref().filter(|upper| uppers.contains(*upper));
            if item.message_id != message_id && upper.is_none() {
                item.upper_message_id = Some(message_id.to_owned());
            }
            self.ids.insert(item.message_id.clone());
            self.messages.push(item);
        }
        Ok(())
    }

    /// The ids of the message and of those it replies to, which are fetched, the oldest first.
    async fn chain(&mut self) -> lark_core::Result<Vec<String>> {
        let mut chain = vec![self.export.message_id.clone()];
        for _ in 0..self.export.quotes {
            let last = self.messages.iter().find(|it| chain.last() == Some(&it.message_id));
            let parent = last.and_then(|it| it.parent_id.clone()).filter(|it| !it.is_empty());
            let Some(parent) = parent.filter(|it| !chain.contains(it)) else { break };
            if !self.ids.contains(&parent) {
                self.try_to_fetch(&parent).await?;
            }
            chain.push(parent);
        }
        chain.reverse();
        Ok(chain)
    }

    /// Gets what is forwarded within forwarded messages and did not come with them.
    async fn follow(&mut self, fetched: &[String]) -> lark_core::Result<()> {
        let mut asked: HashSet<String> = fetched.iter().cloned().collect();
        while !self.is_full() {
            let uppers: HashSet<_> =
                self.messages.iter().filter_map(|it| it.upper_message_id.as_deref()).collect();
            let is_open = |it: &&Message| {
                it.msg_type.as_deref() == Some(MERGE_FORWARD)
                    && it.deleted != Some(true)
                    && !uppers.contains(it.message_id.as_str())
                    && !asked.contains(&it.message_id)
            };
            let Some(open) = self.messages.iter().find(is_open) else { break };
            let id = open.message_id.clone();
            self.try_to_fetch(&id).await?;
            asked.insert(id);
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.messages.len() >= self.export.max_messages
    }

    fn miss(&mut self, message_id: &str, reason: &str) {
        self.missing.insert(message_id.to_owned(), reason.to_owned());
    }

    /// Gets a message that is not the one asked for, whose refusal is no error.
    async fn try_to_fetch(&mut self, message_id: &str) -> lark_core::Result<()> {
        match self.fetch(message_id).await {
            Err(error) if error.code().is_some() => {
                self.miss(message_id, &error.to_string());
                Ok(())
            }
            other => other,
        }
    }
}
