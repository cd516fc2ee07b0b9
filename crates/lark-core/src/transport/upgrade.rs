//! A connection that has changed its protocol.

use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};

use super::{ResponseHead, TransportError, UpgradedStream};

/// The response to a request for another protocol, from
/// [`Transport::upgrade`](super::Transport::upgrade).
#[derive(Debug)]
#[non_exhaustive]
pub struct Upgrade {
    /// The head of the response.
    pub head: ResponseHead,
    /// The connection, if the status is 101.
    pub stream: Option<UpgradedStream>,
}

impl Upgrade {
    /// The server agreed: from here on, `stream` carries the other protocol.
    #[must_use]
    pub fn switched<T>(response: http::Response<()>, stream: T) -> Self
    where
        T: AsyncRead + AsyncWrite + Send + 'static,
    {
        Self { head: response.into_parts().0.into(), stream: Some(UpgradedStream::new(stream)) }
    }

    /// The server refused; its body is not read.
    #[must_use]
    pub fn refused(response: http::Response<()>) -> Self {
        Self { head: response.into_parts().0.into(), stream: None }
    }
}

/// What [`Transport::upgrade`](super::Transport::upgrade) returns.
pub type UpgradeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Upgrade, TransportError>> + Send + 'a>>;
