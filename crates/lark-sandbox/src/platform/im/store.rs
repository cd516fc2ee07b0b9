//! All messages of a tenant, in the order they were sent.

use std::collections::HashMap;

use super::message::Message;
use crate::http::{Rejection, codes};

/// How long the platform remembers the `uuid` of a request.
const UUID_LIFE_MS: u64 = 60 * 60 * 1000;

#[derive(Debug, Default)]
pub(super) struct Messages {
    sent: Vec<Message>,
    by_id: HashMap<String, usize>,
    by_chat: HashMap<String, Vec<usize>>,
    by_uuid: HashMap<String, usize>,
    /// Copies within other messages, by the ids of those.
    within: HashMap<String, Vec<usize>>,
}

impl Messages {
    pub(super) fn count(&self) -> usize {
        self.sent.len() - self.within.values().map(Vec::len).sum::<usize>()
    }

    pub(super) fn add(&mut self, message: Message, uuid: Option<&str>) {
        let serial = self.sent.len();
        self.by_id.insert(message.id.clone(), serial);
        self.by_chat.entry(message.position.chat_id.clone()).or_default().push(serial);
        if let Some(uuid) = uuid {
            self.by_uuid.insert(uuid.to_owned(), serial);
        }
        self.sent.push(message);
    }

    /// Adds a copy that is within another message, and in no chat.
    pub(super) fn add_within(&mut self, message: Message) {
        let Some(upper_id) = message.upper_id.clone() else { return };
        let serial = self.sent.len();
        self.by_id.insert(message.id.clone(), serial);
        self.within.entry(upper_id).or_default().push(serial);
        self.sent.push(message);
    }

    /// The messages within another, in their order.
    pub(super) fn within(&self, id: &str) -> impl Iterator<Item = &Message> {
        self.within.get(id).into_iter().flatten().map(|serial| &self.sent[*serial])
    }

    /// The message a request with this `uuid` sent in the last hour.
    pub(super) fn repeated(&self, uuid: &str, now_ms: u64) -> Option<&Message> {
        let message = &self.sent[*self.by_uuid.get(uuid)?];
        (now_ms.saturating_sub(message.created_ms) < UUID_LIFE_MS).then_some(message)
    }

    /// A message that was not recalled.
    pub(super) fn find(&self, id: &str) -> Result<&Message, Rejection> {
        self.serial(id).map(|serial| &self.sent[serial])
    }

    /// The same, to be changed.
    pub(super) fn find_mut(&mut self, id: &str) -> Result<&mut Message, Rejection> {
        self.serial(id).map(|serial| &mut self.sent[serial])
    }

    fn serial(&self, id: &str) -> Result<usize, Rejection> {
        let serial = self.by_id.get(id).copied();
        let serial = serial.ok_or_else(|| codes::MESSAGE_PARAM.because("invalid message_id"))?;
        if self.sent[serial].deleted {
            return Err(Rejection::of(codes::MESSAGE_RECALLED));
        }
        Ok(serial)
    }

    /// The messages of a chat with their serial numbers, the oldest first.
    pub(super) fn of_chat(
        &self,
        chat_id: &str,
    ) -> impl DoubleEndedIterator<Item = (u64, &Message)> {
        let serials = self.by_chat.get(chat_id).into_iter().flatten();
        serials.map(|serial| (*serial as u64, &self.sent[*serial]))
    }

    /// The messages of a thread, the oldest first.
    pub(super) fn of_thread(&self, id: &str) -> impl DoubleEndedIterator<Item = (u64, &Message)> {
        let sent = (0..).zip(self.sent.iter());
        let found: Vec<_> =
            sent.filter(|(_, it)| it.position.thread_id.as_deref() == Some(id)).collect();
        found.into_iter()
    }
}
