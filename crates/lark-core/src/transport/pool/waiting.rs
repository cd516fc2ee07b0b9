//! The calls that wait for a connection, first come, first served.

use std::collections::VecDeque;

use tokio::sync::oneshot;

use super::connection::Connection;
use super::lease::Lease;
use crate::transport::TransportError;

type Turn = Result<Lease, TransportError>;

/// A queue of calls. Those that have given up leave it when their turn comes, or when there are many.
#[derive(Default)]
pub(super) struct Waiting(VecDeque<oneshot::Sender<Turn>>);

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(oneshot::Sender::is_closed)
    }

    pub(super) fn join(&mut self) -> oneshot::Receiver<Turn> {
        let (sender, receiver) = oneshot::channel();
        if self.0.len().is_power_of_two() {
            self.0.retain(|it| !it.is_closed());
        }
        self.0.push_back(sender);
        receiver
    }

    /// Whether more calls wait than `count`.
    pub(super) fn exceeds(&mut self, count: usize) -> bool {
        if self.0.len() > count {
            self.0.retain(|it| !it.is_closed());
        }
        self.0.len() > count
    }

    /// Gives the connection to the first in the queue; returns it if there is none.
    pub(super) fn give(&mut self, connection: Box<Connection>) -> Option<Box<Connection>> {
        let mut lease = Lease::new(connection);
        while let Some(first) = self.0.pop_front() {
            match first.send(Ok(lease)) {
                Err(Ok(again)) => lease = again,
                _ => return None,
            }
        }
        lease.into_connection()
    }

    /// A connection that was to come did not.
    pub(super) fn fail(&mut self, mut error: TransportError) {
        while let Some(first) = self.0.pop_front() {
            match first.send(Err(error)) {
                Err(Err(again)) => error = again,
                _ => return,
            }
        }
    }
}
