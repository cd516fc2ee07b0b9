//! Why there is no response.

use std::error::Error as StdError;
use std::fmt::{self, Write};
use std::sync::Arc;

use super::connector::{BoxError, ConnectTimeout};
use crate::util::OneLine;

/// Why no complete response arrived.
#[derive(Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Arc<dyn StdError + Send + Sync>,
}

/// How a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: nothing of the request was sent.
    Connect,
    /// No progress within a time limit.
    Timeout,
    /// The connection broke while the request was sent or the response was read.
    Interrupted,
    /// The request cannot be sent.
    Request,
    /// The response is longer than may be read into memory.
    TooLarge,
    /// A redirect was followed to another host, so that credentials may have reached it.
    Redirected,
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

    /// The error of the HTTP stack, to look at its type.
    #[must_use]
    pub fn get_ref(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.source
    }

    /// Includes a connection that was not established in time, although nothing was sent.
    pub(crate) fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout || is_timeout(&*self.source)
    }

    /// Whether the same request may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        use TransportErrorKind::{Connect, Interrupted, Timeout};
        matches!(self.kind, Connect | Timeout | Interrupted)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "cannot connect",
            TransportErrorKind::Timeout => "timed out",
            TransportErrorKind::Interrupted => {
                "the connection broke before the whole response came"
            }
            TransportErrorKind::Request => "the request cannot be sent",
            TransportErrorKind::TooLarge => "the response is too large",
            TransportErrorKind::Redirected => "a redirect was followed",
        })?;
        write!(OneLine(f), ": {}", Chain(&*self.source))
    }
}

/// An error and its causes on one line, because `log::error!("{e}")` is what people write.
struct Chain<'a>(&'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        match self.0.source() {
            Some(cause) => write!(f, ": {}", Chain(cause)),
            None => Ok(()),
        }
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

/// Without a source, because the text has all of it: see [`get_ref`](TransportError::get_ref).
impl StdError for TransportError {}

/// An error of the HTTP stack with our own text before it.
#[derive(Debug)]
pub(super) struct Explained {
    pub(super) explanation: String,
    pub(super) error: BoxError,
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explanation)
    }
}

impl StdError for Explained {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.error)
    }
}

fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    let error = match error.downcast_ref::<Explained>() {
        Some(it) => &*it.error,
        None => error,
    };
    #[cfg(feature = "reqwest")]
    if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout) {
        return true;
    }
    error.is::<ConnectTimeout>()
}
