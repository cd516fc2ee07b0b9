//! The open connections of a server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::__private::lock;
use tokio::time::Instant;

use super::timeouts::{ConnectionState, Timeouts};

/// A connection that has waited for its client for less than this is not closed in favour of another:
/// time for a client that sends one request after another, and for a push to arrive.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Connections(Mutex<Open>);

#[derive(Default)]
struct Open {
    next: u64,
    states: HashMap<u64, Arc<ConnectionState>>,
}

impl Connections {
    /// Adds a connection, until the guard is dropped.
    pub(super) fn open(self: &Arc<Self>, timeouts: Timeouts) -> OpenConnection {
        let state = Arc::new(ConnectionState::new(timeouts));
        let mut open = lock(&self.0);
        let number = open.next;
        open.next += 1;
        open.states.insert(number, Arc::clone(&state));
        drop(open);
        OpenConnection { connections: Arc::clone(self), number, state }
    }

    /// Closes the connection that has waited for its client for the longest time: for another request,
    /// or for the rest of one.
    pub(super) fn close_longest_waiting(&self) {
        let open = lock(&self.0);
        let waiting =
            open.states.values().filter_map(|state| Some((state.waiting_since()?, state)));
        let longest = waiting.min_by_key(|(since, _)| *since);
        if let Some((since, state)) = longest
            && Instant::now().duration_since(since) >= GRACE
        {
            state.close();
        }
    }
}

pub(super) struct OpenConnection {
    connections: Arc<Connections>,
    number: u64,
    pub(super) state: Arc<ConnectionState>,
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        lock(&self.connections.0).states.remove(&self.number);
    }
}
