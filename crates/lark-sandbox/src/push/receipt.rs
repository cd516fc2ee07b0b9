//! What came back for a push.

use std::time::Duration;

use bytes::Bytes;

use crate::long_connection::{Ack, Lost};

/// The response of an app to one push: an HTTP response, or an acknowledgement over a long connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Receipt {
    /// The HTTP status, or the code of the acknowledgement; None if no response came.
    pub status: Option<u16>,
    /// The headers of the response, in order. Those of an acknowledgement are of its frame, `biz_rt`
    /// among them, and then those within it.
    pub headers: Vec<(String, String)>,
    /// The body of the response, the first 64 KiB of it; or the reply to a callback that came in the
    /// acknowledgement, decoded.
    pub body: Bytes,
    /// The id of the long connection over which the push went; None of one that was posted, and if
    /// the app was not connected.
    pub connection_id: Option<String>,
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
    /// The connection ended, or something came that is not HTTP or no acknowledgement.
    Broken,
    /// The app has no long connection.
    NotConnected,
}

impl PushFailure {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Broken => "broken",
            Self::NotConnected => "not_connected",
        }
    }
}

impl Receipt {
    pub(super) fn failed(failure: PushFailure) -> Self {
        Self {
            status: None,
            headers: Vec::new(),
            body: Bytes::new(),
            connection_id: None,
            latency: Duration::ZERO,
            failure: Some(failure),
        }
    }

    /// What came back over a long connection.
    pub(super) fn acknowledged(
        connection_id: Option<String>,
        ack: Result<Ack, Lost>,
        latency: Duration,
    ) -> Self {
        let receipt = match ack {
            Ok(Ack { code, headers, data }) => Self {
                status: Some(code),
                headers,
                body: data.into(),
                failure: None,
                ..Self::failed(PushFailure::Broken)
            },
            Err(Lost::NotConnected) => Self::failed(PushFailure::NotConnected),
            Err(Lost::Late) => Self::failed(PushFailure::Timeout),
            Err(Lost::Broken) => Self::failed(PushFailure::Broken),
        };
        Self { connection_id, latency, ..receipt }
    }

    /// Whether the app has taken the push: status 200, in time.
    pub fn is_accepted(&self) -> bool {
        self.status == Some(200) && self.failure.is_none()
    }
}
