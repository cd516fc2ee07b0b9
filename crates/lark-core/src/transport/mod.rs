//! How requests reach the server. The trait uses the types of `http`, so that the default
//! transport, on hyper, can be wrapped or replaced.

mod body;
mod collect;
mod connector;
mod error;
mod failure;
mod head;
mod http_builder;
mod http_transport;
mod idle_timeout;
mod incoming;
mod pool;
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod stream;
mod tls;
mod upgrade;

use std::pin::Pin;
use std::sync::Arc;

pub use self::body::Body;
pub use self::error::{TransportError, TransportErrorKind};
pub use self::head::ResponseHead;
pub use self::http_builder::HttpTransportBuilder;
pub use self::http_transport::HttpTransport;
pub use self::stream::UpgradedStream;
pub use self::tls::client_tls;
pub use self::upgrade::{Upgrade, UpgradeFuture};

/// Sends one HTTP request and returns the response, whatever its status.
///
/// [`HttpTransport`] is the default. Wrap it to see every request and response, including those for
/// tokens; write your own to respond without a network. A transport must not follow redirects: a
/// request carries credentials for one host.
///
/// ```no_run
/// use lark_core::http::Request;
/// use lark_core::{Body, Client, HttpTransport, Transport, TransportFuture};
///
/// /// Prints the log id of every call, which the platform's support asks for.
/// struct LogIds(HttpTransport);
///
/// impl Transport for LogIds {
///     fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
///         Box::pin(async move {
///             let path = request.uri().path().to_owned();
///             let response = self.0.send(request).await?;
///             println!("{path}: {} {:?}", response.status(), response.headers().get("x-tt-logid"));
///             Ok(response)
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
    /// Sends `request`. Dropping the future cancels the request.
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_>;

    /// Sends a `GET` that asks for another protocol (`Upgrade: websocket`, over HTTP/1.1), and
    /// returns the connection if the server agrees. `lark-ws` opens its connections here, so that
    /// they take the same proxy, certificates and timeouts as calls. The scheme is `http` or
    /// `https`. Dropping the future closes the connection.
    ///
    /// A transport that wraps another passes this on. The default is an error, because a transport
    /// that only knows responses has no connection to return.
    fn upgrade(&self, request: http::Request<()>) -> UpgradeFuture<'_> {
        drop(request);
        let why = "this transport does not upgrade connections; implement Transport::upgrade";
        Box::pin(async move { Err(TransportError::new(TransportErrorKind::Request, why)) })
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn upgrade(&self, request: http::Request<()>) -> UpgradeFuture<'_> {
        (**self).upgrade(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn upgrade(&self, request: http::Request<()>) -> UpgradeFuture<'_> {
        (**self).upgrade(request)
    }
}

/// What [`Transport::send`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Body>, TransportError>> + Send + 'a>>;
