//! A connection in use.

use std::task::Context;
use std::time::Duration;

use http::Request;
use tokio::task::yield_now;

use super::connection::{Connection, Sent};
use crate::transport::Body;

/// Time after which a kept connection is looked at before it is used; far less than a call takes.
const LONG: Duration = Duration::from_millis(1);

/// A connection in use. Unless a request is under way on it, dropping it gives it back.
pub(in crate::transport) struct Lease {
    connection: Option<Box<Connection>>,
    is_busy: bool,
    has_rested: bool,
}

impl Lease {
    pub(super) fn new(connection: Box<Connection>) -> Self {
        Self { connection: Some(connection), is_busy: false, has_rested: false }
    }

    /// A connection that has been kept for the time `rested`.
    pub(super) fn kept(connection: Box<Connection>, rested: Duration) -> Self {
        Self { connection: Some(connection), is_busy: false, has_rested: rested >= LONG }
    }

    /// Sends a request; until the [release](Self::release), dropping the lease closes the connection.
    pub(in crate::transport) async fn send(&mut self, request: Request<Body>) -> Sent {
        if self.has_rested {
            // A runtime that stood still in that time does not know yet whether the server has closed
            // it, or has sent what would be taken for the response.
            yield_now().await;
        }
        self.is_busy = true;
        let connection = self.connection.as_mut();
        connection.expect("a lease has its connection until it is dropped").send(request).await
    }

    /// Whether the server may have closed the connection before this lease.
    pub(in crate::transport) fn is_reused(&self) -> bool {
        self.connection.as_ref().is_some_and(|it| !it.is_fresh())
    }

    /// Reads and writes what is possible now.
    pub(in crate::transport) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection {
            connection.drive(cx);
        }
    }

    pub(super) fn into_connection(mut self) -> Option<Box<Connection>> {
        self.connection.take()
    }

    /// The response has been read to its end.
    pub(in crate::transport) fn release(mut self) {
        self.is_busy = false;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().filter(|_| !self.is_busy) else { return };
        if let Some(host) = connection.host() {
            host.give(connection);
        }
    }
}
