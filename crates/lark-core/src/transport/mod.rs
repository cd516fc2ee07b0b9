//! The way to the server. It speaks `http` types, so that the default one, on reqwest, can be
//! wrapped or replaced.

mod body;
mod failure;
mod http_builder;
mod http_transport;
mod options;
mod proxy;
mod silence;
mod tls;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use self::body::Body;
pub use self::http_builder::HttpTransportBuilder;
pub use self::http_transport::HttpTransport;
pub(crate) use self::options::choose;

/// Sends one HTTP request and gives the answer whatever its status.
///
/// [`HttpTransport`] is the one that clients have by default. Wrap it to see every request and
/// answer, requests for tokens included; write one to answer without a network. It must not follow
/// redirects: a request carries credentials for one host.
///
/// ```no_run
/// use lark_core::http::Request;
/// use lark_core::{Body, Client, HttpTransport, Transport, TransportFuture};
///
/// /// Tells the log id of every call, which the platform's support asks for.
/// struct LogIds(HttpTransport);
///
/// impl Transport for LogIds {
///     fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
///         Box::pin(async move {
///             let path = request.uri().path().to_owned();
///             let answer = self.0.send(request).await?;
///             println!("{path}: {} {:?}", answer.status(), answer.headers().get("x-tt-logid"));
///             Ok(answer)
///         })
///     }
/// }
///
/// # fn main() -> lark_core::Result<()> {
/// let transport = LogIds(HttpTransport::builder().build()?);
/// let client = Client::builder("cli_a1b2c3d4e5f60718", "app secret").transport(transport).build()?;
/// # Ok(()) }
/// ```
pub trait Transport: Send + Sync {
    /// Sends `request`. Dropping the future gives the request up.
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).send(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).send(request)
    }
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
    /// The answer is longer than is read into memory.
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

    /// Also a connection that could not be made in time, though nothing was sent then.
    pub(crate) fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout || failure::is_timeout(&*self.source)
    }

    /// Whether the same request may get through later.
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
            TransportErrorKind::Interrupted => "the connection broke before the whole answer came",
            TransportErrorKind::Request => "the request cannot be sent",
            TransportErrorKind::TooLarge => "the answer is too large",
            TransportErrorKind::Redirected => "a redirect was followed",
        })?;
        write!(f, ": {}", Chain(&*self.source))
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

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
