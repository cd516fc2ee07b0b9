//! What follows a step once it is stored.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::report::InboxChange;
use super::store::StoredEvent;

/// What a handler holds while it runs.
pub(super) struct Permits {
    pub(super) _worker: OwnedSemaphorePermit,
    /// Of one that runs beside none of its kind.
    pub(super) _alone: Option<OwnedSemaphorePermit>,
}

pub(super) enum Then {
    /// Its handler is called.
    Handle(StoredEvent, Permits),
    /// The next one of its key is, after so long a handler.
    Committed(StoredEvent, Duration),
    /// It is handled again, after so long, because of that.
    Again(StoredEvent, Duration, String),
    /// It was set aside because of that, and the next one of its key follows.
    Dead(StoredEvent, String),
}

impl Then {
    pub(super) fn event(&self) -> &StoredEvent {
        match self {
            Self::Handle(event, _) | Self::Committed(event, _) => event,
            Self::Again(event, ..) | Self::Dead(event, _) => event,
        }
    }

    /// What is told of it.
    pub(super) fn change(&self) -> InboxChange<'_> {
        match self {
            Self::Handle(event, _) => {
                InboxChange::Begun { attempt: event.attempts, age: event.age }
            }
            Self::Committed(_, elapsed) => InboxChange::Committed { elapsed: *elapsed },
            Self::Again(_, after, reason) => InboxChange::Retrying { after: *after, reason },
            Self::Dead(_, reason) => InboxChange::Dead { reason },
        }
    }
}
