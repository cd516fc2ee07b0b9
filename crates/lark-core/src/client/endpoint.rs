//! The platform that a client calls.

use http::Uri;

use super::base_url::BaseUrl;
use crate::error::Result;

/// The API host of Feishu, the platform in China.
pub const FEISHU: &str = "https://open.feishu.cn";
/// The API host of Lark, the platform elsewhere.
pub const LARK: &str = "https://open.larksuite.com";

const FEISHU_ACCOUNTS: &str = "https://accounts.feishu.cn";
const LARK_ACCOUNTS: &str = "https://accounts.larksuite.com";
const FEISHU_WWW: &str = "https://www.feishu.cn";
const LARK_WWW: &str = "https://www.larksuite.com";

/// The platform that a client calls. Credentials are sent to these hosts only.
///
/// ```
/// use lark_core::Endpoint;
///
/// let gateway = Endpoint::custom("https://lark.example.com").accounts("https://login.example.com");
/// # _ = gateway;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// Feishu: `open.feishu.cn`, `accounts.feishu.cn` and `www.feishu.cn`.
    #[default]
    Feishu,
    /// Lark: `open.larksuite.com`, `accounts.larksuite.com` and `www.larksuite.com`.
    Lark,
    /// Your own hosts: a private deployment, a gateway, a sandbox.
    #[non_exhaustive]
    Custom {
        /// The URL of the API.
        open: String,
        /// The URL where users sign in, and of OAuth.
        accounts: String,
        /// The URL of the few older operations that the host of the website serves, such as
        /// `approval.v2.file.upload`.
        www: String,
    },
}

impl Endpoint {
    /// One host for the API, OAuth and the operations of the website. The API hosts of Feishu and Lark are recognised, so the
    /// URL may come from a setting. A path in the URL is prepended to every path of the platform.
    #[must_use]
    pub fn custom(url: impl Into<String>) -> Self {
        let open = url.into();
        match open.trim().trim_end_matches('/') {
            FEISHU => Self::Feishu,
            LARK => Self::Lark,
            _ => Self::Custom { accounts: open.clone(), www: open.clone(), open },
        }
    }

    /// The same endpoint with another host for OAuth.
    #[must_use]
    pub fn accounts(self, url: impl Into<String>) -> Self {
        let (open, www) = (self.open_url().to_owned(), self.www_url().to_owned());
        Self::Custom { open, accounts: url.into(), www }
    }

    /// The same endpoint with another host for the operations of the website.
    #[must_use]
    pub fn www(self, url: impl Into<String>) -> Self {
        let (open, accounts) = (self.open_url().to_owned(), self.accounts_url().to_owned());
        Self::Custom { open, accounts, www: url.into() }
    }

    fn open_url(&self) -> &str {
        match self {
            Self::Feishu => FEISHU,
            Self::Lark => LARK,
            Self::Custom { open, .. } => open,
        }
    }

    /// Where the settings of apps are, if that is known.
    fn console(&self) -> Option<&'static str> {
        match self.open_url() {
            FEISHU => Some(FEISHU),
            LARK => Some(LARK),
            _ => None,
        }
    }

    fn accounts_url(&self) -> &str {
        match self {
            Self::Feishu => FEISHU_ACCOUNTS,
            Self::Lark => LARK_ACCOUNTS,
            Self::Custom { accounts, .. } => accounts,
        }
    }

    fn www_url(&self) -> &str {
        match self {
            Self::Feishu => FEISHU_WWW,
            Self::Lark => LARK_WWW,
            Self::Custom { www, .. } => www,
        }
    }
}

impl From<&str> for Endpoint {
    fn from(url: &str) -> Self {
        Self::custom(url)
    }
}

impl From<String> for Endpoint {
    fn from(url: String) -> Self {
        Self::custom(url)
    }
}

/// One of the hosts of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Host {
    #[default]
    Open,
    Accounts,
    Www,
}

/// The checked URLs of an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    open: BaseUrl,
    accounts: BaseUrl,
    www: BaseUrl,
    /// The developer console.
    pub(crate) console: Option<&'static str>,
}

impl Hosts {
    pub(crate) fn parse(endpoint: &Endpoint) -> Result<Self> {
        Ok(Self {
            open: BaseUrl::parse(endpoint.open_url())?,
            accounts: BaseUrl::parse(endpoint.accounts_url())?,
            www: BaseUrl::parse(endpoint.www_url())?,
            console: endpoint.console(),
        })
    }

    pub(crate) fn of(&self, host: Host) -> &BaseUrl {
        match host {
            Host::Open => &self.open,
            Host::Accounts => &self.accounts,
            Host::Www => &self.www,
        }
    }

    /// All of them, to which credentials may be sent.
    pub(crate) fn uris(&self) -> [&Uri; 3] {
        [self.open.uri(), self.accounts.uri(), self.www.uri()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_the_platforms_come_in_pairs() {
        for (endpoint, open, accounts) in [
            (Endpoint::default(), FEISHU, FEISHU_ACCOUNTS),
            (Endpoint::from("https://open.feishu.cn/"), FEISHU, FEISHU_ACCOUNTS),
            (Endpoint::from(LARK), LARK, LARK_ACCOUNTS),
            (Endpoint::from("https://a.example"), "https://a.example", "https://a.example"),
            (Endpoint::Lark.accounts("https://b.example"), LARK, "https://b.example"),
        ] {
            assert_eq!((endpoint.open_url(), endpoint.accounts_url()), (open, accounts));
        }
    }
}
