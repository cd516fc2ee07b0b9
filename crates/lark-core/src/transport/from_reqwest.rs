//! The default transport on a client of reqwest that the user made.

use super::HttpTransport;
use crate::error::Result;

/// With the feature `reqwest`, which ties your program to the version of reqwest that the SDK uses.
impl HttpTransport {
    /// A transport that shares the connections of your client, whose options all apply. See
    /// [`from_reqwest_builder`](Self::from_reqwest_builder) about the type.
    ///
    /// Build it with `redirect(Policy::none())`. A client does not expose whether it follows
    /// redirects, so that this cannot be checked before: if a response comes from another host than
    /// was asked, the call fails with [`TransportErrorKind::Redirected`](crate::TransportErrorKind::Redirected), but tokens, and with
    /// some statuses the body too, may have gone there.
    /// [`from_reqwest_builder`](Self::from_reqwest_builder) cannot be used wrongly.
    #[must_use]
    pub fn from_reqwest(client: reqwest::Client) -> Self {
        let mut transport = Self::new(client, None, None);
        transport.may_redirect = true;
        transport
    }

    /// A transport of a client that you configure, without any of the options here. Redirects are
    /// switched off in it.
    ///
    /// The type is that of [`lark_core::reqwest`](crate::reqwest), which is built without a TLS
    /// provider of its own: install one of rustls for the process, or name one with
    /// `tls_backend_preconfigured`.
    ///
    /// # Errors
    /// reqwest does not accept the options.
    pub fn from_reqwest_builder(client: reqwest::ClientBuilder) -> Result<Self> {
        Self::make(client, None, None)
    }
}
