//! The default transport on a client of reqwest that the user made.

use super::HttpTransport;
use crate::error::Result;

/// With the feature `reqwest`, which ties your program to the version of reqwest that the SDK uses.
impl HttpTransport {
    /// A transport that shares the connections of your own client, with all its options. See
    /// [`from_reqwest_builder`](Self::from_reqwest_builder) about the type.
    ///
    /// Build it with `redirect(Policy::none())`. A client does not say whether it follows
    /// redirects, so this cannot be checked in advance. If a response comes from a host other than
    /// the requested one, the call fails with
    /// [`TransportErrorKind::Redirected`](crate::TransportErrorKind::Redirected), but tokens, and
    /// with some statuses also the body, may have been sent there.
    /// [`from_reqwest_builder`](Self::from_reqwest_builder) avoids this risk.
    #[must_use]
    pub fn from_reqwest(client: reqwest::Client) -> Self {
        let mut transport = Self::new(client, None, None);
        transport.may_redirect = true;
        transport
    }

    /// A transport around a client that you configure, without any of the options here. Redirects
    /// are turned off in it.
    ///
    /// The type is that of [`lark_core::reqwest`](crate::reqwest), which is built without a TLS
    /// provider of its own: install a provider of rustls for the process, or name one with
    /// `tls_backend_preconfigured`.
    ///
    /// # Errors
    /// reqwest does not accept the options.
    pub fn from_reqwest_builder(client: reqwest::ClientBuilder) -> Result<Self> {
        Self::make(client, None, None)
    }
}
