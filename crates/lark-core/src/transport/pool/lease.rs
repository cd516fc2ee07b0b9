//! A connection in use.

use std::sync::Weak;
use std::time::Duration;

use hyper::client::conn::http1::SendRequest;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};

use super::host::Host;
use crate::transport::Body;

/// How long a connection may take to be ready again after its response has come: it is still
/// sending a request that the server did not read to its end.
const SETTLING: Duration = Duration::from_secs(1);

/// A connection in use. Unless a request is under way on it, dropping it gives it back.
pub(in crate::transport) struct Lease {
    host: Weak<Host>,
    sender: Option<SendRequest<Body>>,
    opened: Instant,
    /// It was in use before: the server may have closed it meanwhile.
    pub(in crate::transport) is_reused: bool,
    is_used: bool,
    is_busy: bool,
}

impl Lease {
    pub(super) fn new(
        host: Weak<Host>,
        sender: SendRequest<Body>,
        opened: Instant,
        is_reused: bool,
    ) -> Self {
        Self { host, sender: Some(sender), opened, is_reused, is_used: false, is_busy: false }
    }

    /// For a request; until the [release](Self::release), dropping the lease closes the connection.
    pub(in crate::transport) fn sender(&mut self) -> &mut SendRequest<Body> {
        self.is_used = true;
        self.is_busy = true;
        self.sender.as_mut().expect("a lease has its connection until it is dropped")
    }

    pub(super) fn into_sender(mut self) -> Option<SendRequest<Body>> {
        self.sender.take()
    }

    /// The response has been read to its end.
    pub(in crate::transport) fn release(mut self) {
        self.is_busy = false;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(mut sender), Some(host)) = (self.sender.take(), self.host.upgrade()) else {
            return;
        };
        let (opened, is_reused) = (self.opened, self.is_reused || self.is_used);
        if self.is_busy {
            return;
        }
        if !self.is_used || sender.is_ready() {
            host.give(sender, opened, is_reused);
        } else if let Ok(runtime) = Handle::try_current() {
            let host = Weak::clone(&self.host);
            runtime.spawn(async move {
                let ready = timeout(SETTLING, sender.ready()).await;
                if let (Ok(Ok(())), Some(host)) = (ready, host.upgrade()) {
                    host.give(sender, opened, is_reused);
                }
            });
        }
    }
}
