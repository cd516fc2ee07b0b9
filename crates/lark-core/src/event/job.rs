//! An event on its way to its handler, and the way back of its reply.

use tokio::sync::oneshot;

use super::dedup::{DedupKeys, GuardedDedup};
use super::metrics::PushInfo;
use super::outcome::EventOutcome;
use super::reply::{EventReply, PushKind};
use super::routes::ErasedEvent;
use super::work::Worked;
use crate::util::{KeyLocks, LockKey};

/// A verified event that has a handler.
pub(super) struct Job {
    pub(super) event: Box<dyn ErasedEvent>,
    pub(super) dedup_keys: DedupKeys,
    pub(super) ordering_key: Option<LockKey>,
    pub(super) reply: ReplySlot,
}

impl Job {
    /// `signature` identifies the push if its event has no id.
    pub(super) fn new(
        event: Box<dyn ErasedEvent>,
        signature: Option<String>,
        dedup: &GuardedDedup,
        locks: &KeyLocks,
        reply: ReplySlot,
    ) -> Self {
        let dedup_keys = dedup.keys(&*event, signature);
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

/// Takes the reply to a push, once.
pub(super) struct ReplySlot {
    pub(super) kind: PushKind,
    pub(super) push: Option<PushInfo>,
    to: ReplyTo,
}

enum ReplyTo {
    /// To whom has the work of the event done. Costs nothing.
    Worker(Option<EventReply>),
    /// To who waits for it, perhaps before the work has ended; `None` once it has it.
    Waiting(Option<oneshot::Sender<EventReply>>),
}

impl ReplySlot {
    /// An empty slot, whose reply is taken at the end of the work.
    pub(super) fn new(kind: PushKind, push: Option<PushInfo>) -> Self {
        Self { kind, push, to: ReplyTo::Worker(None) }
    }

    /// An empty slot, and the receiver of what is put into it.
    pub(super) fn early(
        kind: PushKind,
        push: Option<PushInfo>,
    ) -> (Self, oneshot::Receiver<EventReply>) {
        let (sender, receiver) = oneshot::channel();
        (Self { kind, push, to: ReplyTo::Waiting(Some(sender)) }, receiver)
    }

    pub(super) fn is_filled(&self) -> bool {
        matches!(self.to, ReplyTo::Worker(Some(_)) | ReplyTo::Waiting(None))
    }

    /// Replies to the push. Returns false if it has a reply already, or nobody waits for one.
    pub(super) fn fill(&mut self, outcome: EventOutcome, body: Option<String>) -> bool {
        let is_filled = self.is_filled();
        let reply = EventReply::new(self.kind, outcome, body);
        match &mut self.to {
            ReplyTo::Worker(slot) if !is_filled => *slot = Some(reply),
            ReplyTo::Worker(_) => return false,
            ReplyTo::Waiting(sender) => {
                return sender.take().is_some_and(|sender| sender.send(reply).is_ok());
            }
        }
        true
    }

    /// The reply, unless it was given before, and what the hook learns of the push.
    pub(super) fn into_worked(self) -> Worked {
        match self.to {
            ReplyTo::Worker(reply) => reply.map(|reply| (reply, self.push)),
            ReplyTo::Waiting(_) => None,
        }
    }
}
