//! What a connection is doing, seen from outside.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lark_core::__private::lock;
use tokio::sync::watch;

use crate::shared::Status;
use crate::state::State;

/// A view of a connection, for health checks and metrics; [`Connection::handle`] makes one.
///
/// [`Connection::handle`]: crate::Connection::handle
#[derive(Clone)]
pub struct Handle(Arc<Status>);

impl Handle {
    pub(crate) fn new(status: Arc<Status>) -> Self {
        Self(status)
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// The state as a channel that tells of each change.
    ///
    /// ```no_run
    /// # async fn until_connected(handle: lark_ws::Handle) {
    /// let mut state = handle.watch();
    /// _ = state.wait_for(|state| state.is_connected()).await;
    /// # }
    /// ```
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    /// Replaces the connection, or tries at once if it waits. One that is connecting does not start
    /// over.
    pub fn reconnect(&self) {
        self.0.reconnect.notify_one();
    }

    /// Numbers about the connection.
    #[must_use]
    pub fn health(&self) -> Health {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.0.counters;
        Health {
            state: self.state(),
            silence: lock(&self.0.last_frame).map(|last| last.elapsed()),
            connections: get(&counters.connections),
            frames_received: get(&counters.frames_received),
            frames_sent: get(&counters.frames_sent),
            events: get(&counters.events),
            acknowledged: get(&counters.acknowledged),
            discarded: get(&counters.discarded),
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.health()).finish()
    }
}

/// Numbers about a connection since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The state.
    pub state: State,
    /// Time since the last frame; `None` before the first. An idle connection has one for each
    /// ping.
    pub silence: Option<Duration>,
    /// How many times it was connected. All but one are reconnects.
    pub connections: u64,
    /// Frames received.
    pub frames_received: u64,
    /// Frames sent.
    pub frames_sent: u64,
    /// Events and callbacks received, each once, in however many frames. Some may come again.
    pub events: u64,
    /// Answers to them.
    pub acknowledged: u64,
    /// Frames that were not passed on; see [`Discarded`](crate::Discarded).
    pub discarded: u64,
}
