//! Accepts connections, up to a maximum.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::connections::Connections;

/// Pause after the operating system failed to accept a connection.
const ERROR_PAUSE: Duration = Duration::from_millis(500);

/// Pause between two looks for a connection to close, while the maximum is reached.
const FULL_PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Acceptor {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    connections: Arc<Connections>,
    was_full: bool,
    /// Accepted, but beyond the maximum.
    next: Option<TcpStream>,
}

impl Acceptor {
    pub(super) fn new(
        listener: TcpListener,
        max_connections: usize,
        connections: Arc<Connections>,
    ) -> Self {
        let permits = Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS)));
        Self { listener, permits, connections, was_full: false, next: None }
    }

    /// The next connection, once there are fewer than the maximum. At the maximum, the connection that
    /// has waited for its client for the longest time is closed. Cancel-safe: dropping the future loses
    /// no connection.
    pub(super) async fn accept(&mut self) -> (TcpStream, OwnedSemaphorePermit) {
        if self.next.is_none() {
            self.next = Some(self.socket().await);
        }
        let permit = self.permit().await;
        match self.next.take() {
            Some(socket) => (socket, permit),
            None => (self.socket().await, permit),
        }
    }

    async fn socket(&self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((socket, _)) => return socket,
                // Only that client is gone.
                Err(error) if is_client_gone(&error) => {}
                Err(error) => {
                    tracing::error!(target: "lark_webhook", %error, "cannot accept connections");
                    sleep(ERROR_PAUSE).await;
                }
            }
        }
    }

    async fn permit(&mut self) -> OwnedSemaphorePermit {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            self.was_full = false;
            return permit;
        }
        if !std::mem::replace(&mut self.was_full, true) {
            tracing::warn!(target: "lark_webhook", "max_connections reached, idle ones are closed");
        }
        loop {
            self.connections.close_longest_waiting();
            let permit = timeout(FULL_PAUSE, Arc::clone(&self.permits).acquire_owned());
            if let Ok(permit) = permit.await {
                return permit.expect("the semaphore is never closed");
            }
        }
    }
}

fn is_client_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
