//! The way to the server. It speaks `http` types, so that the default one, on reqwest, can be
//! wrapped or replaced.

mod body;
mod http_transport;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use self::body::Body;
pub(crate) use self::http_transport::{HttpTransport, TransportOptions};

/// Sends one HTTP request and gives the answer whatever its status.
///
/// Wrap one to see every request and answer; write one to answer without a network. It must not
/// follow redirects: a request carries credentials for one host.
pub trait Transport: Send + Sync {
    /// Sends `request`. Dropping the future gives the request up.
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_>;
}

/// What [`Transport::send`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Body>, TransportError>> + Send + 'a>>;

/// No answer, or not a whole one.
#[derive(Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Arc<dyn StdError + Send + Sync>,
}

/// How a request failed on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: nothing of the request was sent.
    Connect,
    /// No progress within a time limit.
    Timeout,
    /// The connection broke while the request was sent or the answer was read.
    Interrupted,
    /// The request is not one that can be sent.
    Request,
}

impl TransportError {
    /// An error of `kind`, because of `source`.
    #[must_use]
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into().into() }
    }

    /// How it failed.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "cannot connect",
            TransportErrorKind::Timeout => "timed out",
            TransportErrorKind::Interrupted => "the connection broke before the whole answer came",
            TransportErrorKind::Request => "the request cannot be sent",
        })?;
        // The chain is part of the one line, because `log::error!("{e}")` is what people write.
        let mut cause: Option<&(dyn StdError + 'static)> = Some(&*self.source);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("source", &self.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
