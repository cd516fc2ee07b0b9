//! The options of the default transport on a [`ClientBuilder`].

use std::time::Duration;

use super::ClientBuilder;
use crate::transport::HttpTransportBuilder;
use crate::util::Secret;

/// Options of the default transport. [`HttpTransport::builder`](crate::HttpTransport::builder) has
/// more; pass its result to [`transport`](Self::transport).
impl ClientBuilder {
    /// Sends everything through the proxy at `url` instead of that of the environment. See
    /// [`HttpTransportBuilder::proxy`].
    pub fn proxy(self, url: impl Into<Secret>) -> Self {
        self.with_http(|http| http.proxy(url))
    }

    /// Uses no proxy, regardless of the environment.
    pub fn no_proxy(self) -> Self {
        self.with_http(HttpTransportBuilder::no_proxy)
    }

    /// Trusts every certificate in the PEM text, in addition to those of the system. See
    /// [`HttpTransportBuilder::root_certificates`].
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.with_http(|http| http.root_certificates(pem))
    }

    /// Time limit for a connection, including proxy and TLS. Default: 10 s.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with_http(|http| http.connect_timeout(timeout))
    }

    /// Longest silence while waiting for a response or its next chunk. Default: 30 s.
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
