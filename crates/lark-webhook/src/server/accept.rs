//! Takes connections in, as many as there may be.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// How long nothing is accepted when the system cannot give a connection.
const RECOVERY: Duration = Duration::from_millis(500);

pub(super) struct Acceptor {
    listener: TcpListener,
    places: Arc<Semaphore>,
    was_full: AtomicBool,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, max_connections: usize) -> Self {
        let places = max_connections.min(Semaphore::MAX_PERMITS);
        Self {
            listener,
            places: Arc::new(Semaphore::new(places)),
            was_full: AtomicBool::new(false),
        }
    }

    /// The next connection, when there is a place for it. Dropping the future loses none.
    pub(super) async fn accept(&self) -> (TcpStream, OwnedSemaphorePermit) {
        let is_full = self.places.available_permits() == 0;
        if is_full && !self.was_full.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "lark_webhook", "max_connections reached, others wait");
        }
        let permit = Arc::clone(&self.places).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((socket, _)) => {
                    if !is_full {
                        self.was_full.store(false, Ordering::Relaxed);
                    }
                    return (socket, permit);
                }
                // That client is gone, the next one is not.
                Err(error) if is_of_client(&error) => {}
                Err(error) => {
                    tracing::error!(target: "lark_webhook", %error, "cannot accept connections");
                    sleep(RECOVERY).await;
                }
            }
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
