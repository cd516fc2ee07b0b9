//! What came back for a push.

use std::time::Duration;

use bytes::Bytes;

/// The response of an app to one push.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Receipt {
    /// The HTTP status; None if no response came.
    pub status: Option<u16>,
    /// The body of the response, the first 64 KiB of it.
    pub body: Bytes,
    /// From the first byte sent to the last byte of the response, by the computer's clock.
    pub latency: Duration,
    /// Why no whole response came.
    pub failure: Option<PushFailure>,
}

/// Why a push got no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushFailure {
    /// No whole response in 3 s, or whatever [`push_timeout`](crate::Builder::push_timeout) says.
    Timeout,
    /// The host has no address.
    Dns,
    /// Nobody accepted the connection, or TLS failed.
    Connect,
    /// The connection ended, or something that is not HTTP came.
    Broken,
}

impl PushFailure {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Broken => "broken",
        }
    }
}

impl Receipt {
    pub(super) fn failed(failure: PushFailure) -> Self {
        let (body, latency) = (Bytes::new(), Duration::ZERO);
        Self { status: None, body, latency, failure: Some(failure) }
    }

    /// Whether the app has taken the push: status 200, in time.
    pub fn is_accepted(&self) -> bool {
        self.status == Some(200) && self.failure.is_none()
    }
}
