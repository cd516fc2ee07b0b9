//! The base URL of requests.

use bytes::Bytes;
use http::Uri;
use http::uri::{Parts, PathAndQuery};
use url::Url;

use crate::error::{Error, Result};
use crate::util::is_loopback;

/// A checked base URL, split into the parts from which each request is built.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    url: Url,
    uri: Uri,
    /// The prefix of every API path, without a trailing slash.
    prefix: String,
}

impl BaseUrl {
    /// Accepts a scheme, a host, and optionally a port and a path, which becomes the prefix of
    /// every API path.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // The part before the @ may contain a password.
        let shown = text.rsplit('@').next().unwrap_or_default();
        let reject = |why: &str| Err(Error::invalid_config(format!("base URL {shown:?}: {why}")));
        let Ok(url) = Url::parse(text.trim()) else {
            return reject("not a URL; write it like https://open.feishu.cn");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return reject("it must begin with https:// or http://");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return reject("it must not have a query or a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return reject("it must not have a user name or a password");
        }
        if url.path().trim_end_matches('/').ends_with("/open-apis") {
            return reject("leave out /open-apis, with which the paths of operations begin");
        }
        if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
            tracing::warn!(host = url.host_str(), "tokens will travel unencrypted");
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        match url.as_str().parse() {
            Ok(uri) => Ok(Self { url, uri, prefix }),
            Err(_) => reject("not a usable URL"),
        }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn join(&self, path_and_query: &str) -> Result<Uri, http::Error> {
        let path = match self.prefix.is_empty() {
            true => Bytes::copy_from_slice(path_and_query.as_bytes()),
            false => Bytes::from([&*self.prefix, path_and_query].concat()),
        };
        let mut parts = Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = self.uri.authority().cloned();
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(path)?);
        Ok(Uri::from_parts(parts)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_with_slashes_paths_and_ports() {
        for (given, joined) in [
            ("https://open.feishu.cn", "https://open.feishu.cn/open-apis/x?a=1"),
            (" https://open.feishu.cn/ ", "https://open.feishu.cn/open-apis/x?a=1"),
            ("http://127.0.0.1:80/", "http://127.0.0.1/open-apis/x?a=1"),
            ("https://gw.example/lark//", "https://gw.example/lark/open-apis/x?a=1"),
        ] {
            let base = BaseUrl::parse(given).expect(given);
            assert_eq!(base.join("/open-apis/x?a=1").expect(given), joined);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (given, why) in [
            ("open.feishu.cn", "write it like https://open.feishu.cn"),
            ("localhost:8080", "must begin with https:// or http://"),
            ("", "not a URL"),
            ("https://open.feishu.cn?x=1", "must not have a query"),
            ("https://open.feishu.cn/open-apis", "leave out /open-apis"),
            ("https://gw.example/lark/open-apis/", "leave out /open-apis"),
            ("https://a:b@open.feishu.cn", "must not have a user name"),
        ] {
            let error = BaseUrl::parse(given).expect_err(given).to_string();
            assert!(error.contains(why), "{error}");
            assert!(error.starts_with("client: configure: base URL"), "{error}");
        }
    }
}
