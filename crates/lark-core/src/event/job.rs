//! An event on its way to its handler, and the way back of its reply.

use tokio::sync::oneshot;

use super::header::EventHeader;
use super::metrics::PushInfo;
use super::outcome::EventOutcome;
use super::reply::{EventReply, PushKind};
use super::routes::ErasedEvent;
use crate::util::{KeyLocks, LockKey};

/// A verified event that has a handler.
pub(super) struct Job {
    pub(super) event: Box<dyn ErasedEvent>,
    pub(super) dedup_keys: Vec<String>,
    pub(super) ordering_key: Option<LockKey>,
    pub(super) reply: ReplySlot,
}

impl Job {
    /// `signature` identifies the push if its event has no id.
    pub(super) fn new(
        event: Box<dyn ErasedEvent>,
        signature: Option<String>,
        locks: &KeyLocks,
        reply: ReplySlot,
    ) -> Self {
        let dedup_keys = dedup_keys(&*event, signature);
        let ordering_key = match event.ordering_key() {
            Some(key) => Some(locks.key(&key)),
            // So that a redelivery waits for the end of the delivery before it.
            None => Some(&event.header().event_id)
                .filter(|event_id| !event_id.is_empty())
                .map(|event_id| locks.key(event_id)),
        };
        Self { event, dedup_keys, ordering_key, reply }
    }
}

/// The keys that redeliveries of the event share, for the dedup store.
pub(super) fn dedup_keys(event: &dyn ErasedEvent, signature: Option<String>) -> Vec<String> {
    let EventHeader { event_id, event_type, app_id, .. } = event.header();
    let by_id = match event_id.is_empty() {
        true => signature,
        false => Some([app_id, "/", event_id].concat()),
    };
    let identity = event.identity();
    let by_identity = identity.map(|identity| [app_id, "/", event_type, "/", identity].concat());
    let mut keys = Vec::with_capacity(2);
    keys.extend(by_id);
    keys.extend(by_identity);
    keys
}

/// Takes the reply to a push, once.
pub(super) struct ReplySlot {
    sender: Option<oneshot::Sender<EventReply>>,
    pub(super) kind: PushKind,
    pub(super) push: Option<PushInfo>,
}

impl ReplySlot {
    /// An empty slot, and the receiver of what is put into it.
    pub(super) fn new(
        kind: PushKind,
        push: Option<PushInfo>,
    ) -> (Self, oneshot::Receiver<EventReply>) {
        let (sender, receiver) = oneshot::channel();
        (Self { sender: Some(sender), kind, push }, receiver)
    }

    pub(super) fn is_filled(&self) -> bool {
        self.sender.is_none()
    }

    /// Replies to the push. Returns false if it has a reply already, or nobody waits for one.
    pub(super) fn fill(&mut self, outcome: EventOutcome, body: Option<String>) -> bool {
        let Some(sender) = self.sender.take() else { return false };
        sender.send(EventReply::new(self.kind, outcome, body)).is_ok()
    }
}
