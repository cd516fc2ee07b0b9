//! The rate limit of each chat, of all apps together.

use std::sync::Mutex;
use std::time::SystemTime;

use crate::http::{Rejection, codes};
use crate::services::{RateLimit, WindowCounter};

/// The limit, and the messages to each chat.
#[derive(Default)]
pub(crate) struct ChatLimit(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    limit: Option<RateLimit>,
    messages: WindowCounter<String>,
}

impl ChatLimit {
    /// Limits each chat; None lifts the limit.
    pub(crate) fn set(&self, limit: Option<RateLimit>) {
        *crate::lock(&self.0) = Counted { limit, messages: WindowCounter::default() };
    }

    /// Counts a message to a chat, unless it is one too many.
    pub(super) fn admit(&self, chat_id: &str, now: SystemTime) -> Result<(), Rejection> {
        let counted = &mut *crate::lock(&self.0);
        let Some(limit) = counted.limit else { return Ok(()) };
        let admitted = counted.messages.admit(chat_id.to_owned(), limit, now);
        admitted.map_err(|_| Rejection::of(codes::CHAT_LIMIT))
    }
}
