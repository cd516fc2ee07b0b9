//! The calls that wait for a connection, first come, first served.

use std::collections::VecDeque;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::connection::Connection;
use super::lease::Lease;
use crate::transport::TransportError;

type Turn = Result<Lease, TransportError>;

/// A call in the queue.
struct Waiter {
    turn: oneshot::Sender<Turn>,
    runtime: Handle,
}

/// A queue of calls. Those that have given up leave it when their turn comes, or when there are many.
#[derive(Default)]
pub(super) struct Waiting(VecDeque<Waiter>);

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|it| it.turn.is_closed())
    }

    pub(super) fn join(&mut self, runtime: Handle) -> oneshot::Receiver<Turn> {
        let (turn, receiver) = oneshot::channel();
        if self.0.len().is_power_of_two() {
            self.leave();
        }
        self.0.push_back(Waiter { turn, runtime });
        receiver
    }

    /// If more calls wait than `count`, the runtime of one of them.
    pub(super) fn beyond(&mut self, count: usize) -> Option<&Handle> {
        if self.0.len() > count {
            self.leave();
        }
        self.0.get(count).map(|it| &it.runtime)
    }

    /// Gives the connection to the first in the queue; returns it if there is none.
    pub(super) fn give(&mut self, connection: Box<Connection>) -> Option<Box<Connection>> {
        let mut lease = Lease::new(connection);
        while let Some(first) = self.0.pop_front() {
            match first.turn.send(Ok(lease)) {
                Err(Ok(again)) => lease = again,
                _ => return None,
            }
        }
        lease.into_connection()
    }

    /// A connection that was to come did not.
    pub(super) fn fail(&mut self, mut error: TransportError) {
        while let Some(first) = self.0.pop_front() {
            match first.turn.send(Err(error)) {
                Err(Err(again)) => error = again,
                _ => return,
            }
        }
    }

    fn leave(&mut self) {
        self.0.retain(|it| !it.turn.is_closed());
    }
}
