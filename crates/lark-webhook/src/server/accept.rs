//! Accepts connections, up to a maximum.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// Pause after the operating system failed to accept a connection.
const ERROR_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Acceptor {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    was_full: AtomicBool,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, max_connections: usize) -> Self {
        let permits = max_connections.min(Semaphore::MAX_PERMITS);
        Self {
            listener,
            permits: Arc::new(Semaphore::new(permits)),
            was_full: AtomicBool::new(false),
        }
    }

    /// The next connection, once there are fewer than the maximum. Cancel-safe: dropping the future
    /// loses no connection.
    pub(super) async fn accept(&self) -> (TcpStream, OwnedSemaphorePermit) {
        let is_full = self.permits.available_permits() == 0;
        if is_full && !self.was_full.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "lark_webhook", "max_connections reached, others wait");
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((socket, _)) => {
                    if !is_full {
                        self.was_full.store(false, Ordering::Relaxed);
                    }
                    return (socket, permit);
                }
                // Only that client is gone.
                Err(error) if is_client_gone(&error) => {}
                Err(error) => {
                    tracing::error!(target: "lark_webhook", %error, "cannot accept connections");
                    sleep(ERROR_PAUSE).await;
                }
            }
        }
    }
}

fn is_client_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
