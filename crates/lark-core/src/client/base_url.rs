//! The base URL of requests.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use crate::error::{Error, Result};
use crate::util::{has_usable_port, is_loopback};

/// A checked base URL, split into the parts from which each request is built.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    uri: Uri,
    authority: Authority,
    /// All of it, without a trailing slash.
    text: String,
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
        let text = text.trim();
        if !text.is_ascii() {
            return reject("write it in ASCII: the host as xn--.., the path percent-encoded");
        }
        let is_web =
            |uri: &Uri| [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&uri.scheme());
        let Some(uri) = text.parse::<Uri>().ok().filter(is_web) else {
            return reject(
                "not a URL of the web: it must begin with https:// or http://; write it like \
                 https://open.feishu.cn",
            );
        };
        if uri.query().is_some() || text.contains('#') {
            return reject("it must not have a query or a fragment");
        }
        let given = uri.authority().map(Authority::as_str).unwrap_or_default();
        if given.contains('@') {
            return reject("it must not have a user name or a password");
        }
        if !uri.authority().is_some_and(has_usable_port) {
            return reject("what follows its host is not a port");
        }
        let prefix = uri.path().trim_end_matches('/').to_owned();
        if prefix.ends_with("/open-apis") {
            return reject("leave out /open-apis, with which the paths of operations begin");
        }
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        let usual = if is_https { ":443" } else { ":80" };
        let authority = given.strip_suffix(usual).unwrap_or(given).to_ascii_lowercase();
        let Ok(authority) = authority.parse::<Authority>() else {
            return reject("not a usable URL");
        };
        if !is_https && !is_loopback(authority.host()) {
            tracing::warn!(host = authority.host(), "tokens will travel unencrypted");
        }
        let scheme = if is_https { "https" } else { "http" };
        let text = format!("{scheme}://{authority}{prefix}");
        match text.parse() {
            Ok(uri) => Ok(Self { uri, authority, text, prefix }),
            Err(_) => reject("not a usable URL"),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The host, with its port if that is not the usual one.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(crate) fn join(&self, path_and_query: &str) -> Result<Uri, http::Error> {
        let path = match self.prefix.is_empty() {
            true => Bytes::copy_from_slice(path_and_query.as_bytes()),
            false => Bytes::from([&*self.prefix, path_and_query].concat()),
        };
        let mut parts = Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = Some(self.authority.clone());
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
            ("https://Open.Feishu.cn:443", "https://open.feishu.cn/open-apis/x?a=1"),
            ("http://[::1]:8080", "http://[::1]:8080/open-apis/x?a=1"),
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
            ("https://", "not a URL"),
            ("ftp://open.feishu.cn", "must begin with https:// or http://"),
            ("https://open feishu.cn", "not a URL"),
            ("https://飞书.cn", "write it in ASCII"),
            ("https://open.feishu.cn#x", "must not have a query or a fragment"),
            ("https://open.feishu.cn?x=1", "must not have a query"),
            ("https://open.feishu.cn/open-apis", "leave out /open-apis"),
            ("https://gw.example/lark/open-apis/", "leave out /open-apis"),
            ("https://a:b@open.feishu.cn", "must not have a user name"),
            ("https://open.feishu.cn:", "is not a port"),
            ("https://open.feishu.cn:+443", "is not a port"),
            ("https://open.feishu.cn:65536", "is not a port"),
            ("https://open.feishu.cn:https", "is not a port"),
            ("https://[::1]443", "is not a port"),
        ] {
            let error = BaseUrl::parse(given).expect_err(given).to_string();
            assert!(error.contains(why), "{error}");
            assert!(error.starts_with("client: configure: base URL"), "{error}");
        }
    }
}
