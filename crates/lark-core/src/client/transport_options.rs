//! The options of the default transport that a [`ClientBuilder`] takes itself.

use std::time::Duration;

use super::ClientBuilder;
use crate::transport::HttpTransportBuilder;
use crate::util::Secret;

/// How requests travel. [`HttpTransport::builder`](crate::HttpTransport::builder) has more options;
/// pass its result to [`transport`](Self::transport).
impl ClientBuilder {
    /// Sends everything through the proxy at `url` instead of the one that the environment names.
    /// See [`HttpTransportBuilder::proxy`].
    pub fn proxy(self, url: impl Into<Secret>) -> Self {
        self.with_http(|http| http.proxy(url))
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(self) -> Self {
        self.with_http(HttpTransportBuilder::no_proxy)
    }

    /// Adds authorities to those of the system: every certificate in the PEM text. See
    /// [`HttpTransportBuilder::root_certificates`].
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.with_http(|http| http.root_certificates(pem))
    }

    /// How long a connection may take, with its proxy and TLS. 10 s unless set.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with_http(|http| http.connect_timeout(timeout))
    }

    /// Longest wait for a response, or for the next piece of one. 30 s unless set.
    pub fn read_timeout(self, timeout: Duration) -> Self {
        self.with_http(|http| http.read_timeout(timeout))
    }

    fn with_http(
        mut self,
        change: impl FnOnce(HttpTransportBuilder) -> HttpTransportBuilder,
    ) -> Self {
        self.http = change(self.http);
        self
    }
}
