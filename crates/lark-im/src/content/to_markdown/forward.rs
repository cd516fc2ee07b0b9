//! Messages within messages: forwarded ones, and those that are replied to.

use std::collections::{BTreeMap, HashSet};

use super::blocks::{Blocks, bold, note};
use super::escape::quote;
use super::time::moment;
use crate::v1::Message;

/// How deep forwarded messages are within each other at most.
const MAX_DEPTH: usize = 16;

/// The type of a message that holds others.
pub(super) const MERGE_FORWARD: &str = "merge_forward";

/// Messages that were fetched, and why others could not be.
pub(super) struct Messages<'a> {
    pub(super) fetched: &'a [Message],
    pub(super) missing: &'a BTreeMap<String, String>,
}

impl Messages<'_> {
    /// The last of these messages, below those that it replies to, the oldest first. Those are in quotes,
    /// each with the one that it replies to.
    pub(super) fn reply(&self, chain: &[String]) -> String {
        let mut text = String::new();
        for (at, id) in chain.iter().enumerate() {
            let mut blocks = Blocks::default();
            if at > 0 {
                blocks.push(quote(&text));
            }
            match self.fetched.iter().find(|it| it.message_id == *id) {
                Some(message) => {
                    if at + 1 < chain.len() {
                        blocks.push(author(message));
                    }
                    blocks.push(self.of(message, &mut HashSet::new(), 0));
                }
                None => blocks.push(self.absence(id)),
            }
            text = blocks.finish();
        }
        text
    }

    /// A message that could not be fetched.
    fn absence(&self, message_id: &str) -> String {
        let reason = self.missing.get(message_id).map_or("unknown", String::as_str);
        note(&format!("message {message_id} is missing: {reason}"))
    }

    fn of<'m>(&'m self, message: &'m Message, seen: &mut HashSet<&'m str>, depth: usize) -> String {
        if message.msg_type.as_deref() != Some(MERGE_FORWARD) || message.deleted == Some(true) {
            return message.to_markdown();
        }
        let mut blocks = Blocks::default();
        let is_new = seen.insert(&message.message_id);
        let children = self.fetched.iter().filter(|it| {
            it.upper_message_id.as_ref() == Some(&message.message_id)
                && it.message_id != message.message_id
        });
        for child in children.filter(|_| is_new && depth < MAX_DEPTH) {
            blocks.push(author(child));
            blocks.push(self.of(child, seen, depth + 1));
        }
        if blocks.is_empty() {
            return match self.missing.contains_key(&message.message_id) {
                true => self.absence(&message.message_id),
                false => message.to_markdown(),
            };
        }
        quote(&blocks.finish())
    }
}

/// Who wrote a message, and when.
fn author(message: &Message) -> String {
    let sender = message.sender.as_ref();
    let name = sender.and_then(|it| it.sender_name.as_deref()).filter(|it| !it.is_empty());
    let id = sender.map(|it| it.id.as_str()).filter(|it| !it.is_empty());
    let name = bold(name.or(id).unwrap_or("unknown sender"));
    match message.create_time.map_or_else(String::new, |it| moment(it.0)) {
        time if time.is_empty() => format!("{name}:"),
        time => format!("{name}, {time}:"),
    }
}
