//! One connection, without a task of its own: whoever waits for its response drives it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Weak};
use std::task::{Context, Waker};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::PoolOptions;
use super::host::Host;
use crate::transport::{Body, UpgradedStream};
use crate::util::{Exclusive, later};

pub(super) type Driver = http1::Connection<TokioIo<UpgradedStream>, Body>;
pub(super) type Sent = Result<Response<Incoming>, TrySendError<Request<Body>>>;

/// An open connection. It is large, and moved around in a box.
pub(super) struct Connection {
    sender: SendRequest<Body>,
    /// `None` once the connection has ended.
    driver: Option<Exclusive<Driver>>,
    place: Place,
    opened: Instant,
    /// Neither used nor kept so far.
    is_fresh: bool,
}

impl Connection {
    pub(super) fn new(sender: SendRequest<Body>, driver: Driver, place: Place) -> Self {
        Self {
            sender,
            driver: Some(Exclusive::new(driver)),
            place,
            opened: Instant::now(),
            is_fresh: true,
        }
    }

    pub(super) fn host(&self) -> Option<Arc<Host>> {
        self.place.0.upgrade()
    }

    /// Whether the server has had no reason to close it yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// It will wait for the next request.
    pub(super) fn keep(&mut self) {
        self.is_fresh = false;
    }

    /// When it is too old to be used again.
    pub(super) fn ends(&self, options: PoolOptions) -> Instant {
        later(self.opened, options.max_age)
    }

    /// Whether the last response has been read to its end, and another request can be sent.
    pub(super) fn is_ready(&mut self) -> bool {
        if !self.sender.is_ready() {
            self.notice();
        }
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Whether it is still open, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.driver.is_some()
    }

    /// Takes note of what has happened meanwhile, such as its end.
    pub(super) fn notice(&mut self) {
        self.drive(&mut Context::from_waker(Waker::noop()));
    }

    /// Reads and writes what is possible now.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver {
            // The request that it is used for gets the error.
            if Pin::new(driver.get_mut()).poll(cx).is_ready() {
                self.driver = None;
            }
        }
    }

    /// Sends a request, and drives the connection until the head of its response has come.
    pub(super) async fn send(&mut self, request: Request<Body>) -> Sent {
        self.is_fresh = false;
        let mut sent = pin!(self.sender.try_send_request(request));
        poll_fn(|cx| {
            self.drive(cx);
            sent.as_mut().poll(cx)
        })
        .await
    }
}

/// The place of an open connection among those that are counted.
pub(super) struct Place(Weak<Host>);

impl Place {
    pub(super) fn new(host: Weak<Host>) -> Self {
        Self(host)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(host) = self.0.upgrade() {
            host.closed();
        }
    }
}
