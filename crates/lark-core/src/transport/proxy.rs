//! Selects the proxy of a host.

use http::Uri;
use http::uri::{Authority, Scheme};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::error::{Error, Result};
use crate::util::{Secret, has_usable_port};

/// Hosts for which a proxy of the environment is never used: it is meant for the network, and does
/// not reach a server on this machine, such as a sandbox.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";
/// The port of SOCKS (RFC 1928).
const SOCKS_PORT: u16 = 1080;

#[derive(Clone, Default)]
pub(super) struct ProxyOptions {
    pub(super) source: ProxySource,
    /// Hosts that are reached directly, in the format of `NO_PROXY`.
    pub(super) except: Vec<String>,
}

#[derive(Clone, Default)]
pub(super) enum ProxySource {
    #[default]
    Environment,
    None,
    /// A URL, which may contain a password.
    Given(Secret),
}

/// The proxies to use, and for which hosts.
pub(super) struct Proxies {
    matcher: Matcher,
    http: Option<Proxy>,
    https: Option<Proxy>,
}

/// A configured proxy.
#[derive(Clone)]
struct Proxy {
    /// The option or the variable that configured it.
    name: &'static str,
    /// With its user name and password.
    url: Secret,
    scheme: String,
    /// Without a user name and a password.
    place: Authority,
}

/// The way to a host.
#[derive(Clone)]
pub(super) enum Route {
    Direct,
    /// Plain HTTP: the proxy gets the requests.
    Forward(Intercept),
    /// The proxy opens a tunnel to the host.
    Tunnel(Intercept),
    /// A SOCKS proxy connects to the host.
    Socks(Intercept),
}

impl ProxyOptions {
    /// The proxies to use, with variables of the environment from `env`.
    pub(super) fn proxies(&self, env: impl Fn(&str) -> Option<String>) -> Result<Proxies> {
        match &self.source {
            ProxySource::None => Ok(Proxies::new(None, None, "")),
            ProxySource::Environment => self.environment(env),
            ProxySource::Given(url) => {
                let proxy = Proxy::parse("proxy", url.expose())?;
                Ok(Proxies::new(Some(proxy.clone()), Some(proxy), &self.except.join(",")))
            }
        }
    }

    fn environment(&self, env: impl Fn(&str) -> Option<String>) -> Result<Proxies> {
        // In a CGI program HTTP_PROXY is the header `Proxy` of the incoming request.
        if env("REQUEST_METHOD").is_some() {
            return Ok(Proxies::new(None, None, ""));
        }
        let read = |name: &'static str| {
            let value = env(name).or_else(|| env(&name.to_ascii_lowercase()));
            value.filter(|value| !value.trim().is_empty()).map(|value| (name, value))
        };
        let proxy = |name| {
            let found = read(name).or_else(|| read("ALL_PROXY"));
            found.map(|(name, url)| Proxy::parse(name, &url)).transpose()
        };
        let mut except = self.except.clone();
        except.extend(read("NO_PROXY").map(|(_, hosts)| hosts));
        except.push(THIS_MACHINE.to_owned());
        Ok(Proxies::new(proxy("HTTP_PROXY")?, proxy("HTTPS_PROXY")?, &except.join(",")))
    }
}

impl Proxies {
    fn new(http: Option<Proxy>, https: Option<Proxy>, except: &str) -> Self {
        let url = |proxy: &Option<Proxy>| {
            proxy.as_ref().map(|it| it.url.expose().to_owned()).unwrap_or_default()
        };
        let matcher = Matcher::builder().http(url(&http)).https(url(&https)).no(except).build();
        Self { matcher, http, https }
    }

    /// Whether a connection to a proxy takes TLS.
    pub(super) fn need_tls(&self) -> bool {
        [&self.http, &self.https].into_iter().flatten().any(|proxy| proxy.scheme == "https")
    }

    /// The way to the host of `target`, and for errors which proxy is on it.
    pub(super) fn route(&self, target: &Uri) -> (Route, Option<String>) {
        let Some(proxy) = self.matcher.intercept(target) else { return (Route::Direct, None) };
        let is_https = target.scheme() == Some(&Scheme::HTTPS);
        let note = if is_https { &self.https } else { &self.http };
        let route = match proxy.uri().scheme_str() {
            Some("http" | "https") if is_https => Route::Tunnel(proxy),
            Some("http" | "https") => Route::Forward(proxy),
            _ => Route::Socks(proxy),
        };
        (route, note.as_ref().map(Proxy::describe))
    }

    /// The proxies for error messages.
    pub(super) fn describe(&self) -> Option<String> {
        let mut texts: Vec<_> =
            [&self.https, &self.http].into_iter().flatten().map(Proxy::describe).collect();
        texts.dedup();
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}

impl Proxy {
    /// Reads the URL of a proxy; without a scheme it is an HTTP proxy. Errors do not quote it,
    /// because it may contain a password.
    fn parse(name: &'static str, text: &str) -> Result<Self> {
        let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
        let scheme = match scheme.to_ascii_lowercase() {
            // Desktops use this name for a SOCKS proxy of version 5.
            name if name == "socks" => "socks5h".to_owned(),
            other => other,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A special character may end a password where the host seems to be: it would be shown.
        let is_whole = !rest[authority.len()..].contains('@') && authority.matches('@').count() < 2;
        // The matcher would ignore a URL that it cannot read, and connect without a proxy.
        let parts = authority.parse::<Authority>().ok().filter(|_| is_whole).and_then(|it| {
            let host = it.as_str().rsplit('@').next()?.parse::<Authority>().ok()?;
            (!host.host().is_empty() && has_usable_port(&host)).then_some((it, host))
        });
        let Some((authority, place)) = parts else {
            let why = "not a URL like http://proxy.example:3128; special characters of a password \
                       are percent-encoded";
            return Err(reject(name, why));
        };
        let is_socks = match &*scheme {
            "http" | "https" => false,
            "socks4" | "socks4a" | "socks5" | "socks5h" => true,
            other => {
                let why =
                    format!("{other:?} is not a kind of proxy; use http, https, socks5 or socks5h");
                return Err(reject(name, &why));
            }
        };
        let port = match is_socks && place.port().is_none() {
            true => format!(":{SOCKS_PORT}"),
            false => String::new(),
        };
        let url = format!("{scheme}://{authority}{port}").into();
        Ok(Self { name, url, scheme, place })
    }

    /// Its source and its address.
    fn describe(&self) -> String {
        format!("{} is set, to {}://{}", self.name, self.scheme, self.place)
    }
}

fn reject(name: &str, why: &str) -> Error {
    Error::invalid_config(format!("{name}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies> {
        let env = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        ProxyOptions::default().proxies(env)
    }

    fn proxy_of(proxies: &Proxies, target: &'static str) -> Option<String> {
        match proxies.route(&Uri::from_static(target)).0 {
            Route::Direct => None,
            Route::Forward(it) | Route::Tunnel(it) | Route::Socks(it) => Some(it.uri().to_string()),
        }
    }

    #[test]
    fn variables_of_the_environment_are_read_as_other_tools_do() {
        let some = |url: &str| Some(url.to_owned());
        for (variables, http, https) in [
            (&[][..], None, None),
            (&[("HTTPS_PROXY", " ")], None, None),
            (&[("HTTPS_PROXY", "http://a:1/path")], None, some("http://a:1/")),
            (&[("http_proxy", "a:1")], some("http://a:1/"), None),
            (
                &[("ALL_PROXY", "socks://a"), ("HTTPS_PROXY", "HTTP://b:2")],
                some("socks5h://a:1080/"),
                some("http://b:2/"),
            ),
            (&[("HTTPS_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], None, None),
            (&[("ALL_PROXY", "http://a:1"), ("NO_PROXY", "x.example,y")], None, None),
        ] {
            let proxies = proxies(variables).expect("usable");
            assert_eq!(proxy_of(&proxies, "http://x.example/"), http, "{variables:?}");
            assert_eq!(proxy_of(&proxies, "https://x.example/"), https, "{variables:?}");
            for here in ["http://localhost/", "https://127.1.2.3/", "https://[::1]:8/"] {
                assert_eq!(proxy_of(&proxies, here), None, "{variables:?}");
            }
        }
    }

    #[test]
    fn a_proxy_that_is_not_one_is_named_and_not_shown() {
        for (value, why) in [
            ("http://user:hush@", "HTTPS_PROXY: not a URL like"),
            ("http://user:hush@a b", "HTTPS_PROXY: not a URL like"),
            ("http://user:hush@:80", "HTTPS_PROXY: not a URL like"),
            ("http://us er:hush@a", "HTTPS_PROXY: not a URL like"),
            ("http://user:hush/@a:1", "HTTPS_PROXY: not a URL like"),
            ("http://user:4711#hush@a", "HTTPS_PROXY: not a URL like"),
            ("http://hush?@a", "HTTPS_PROXY: not a URL like"),
            ("http://user:hu@sh@a", "HTTPS_PROXY: not a URL like"),
            ("http://user:hush", "HTTPS_PROXY: not a URL like"),
            ("ftp://user:hush@a", "HTTPS_PROXY: \"ftp\" is not a kind of proxy"),
        ] {
            let error = proxies(&[("HTTPS_PROXY", value)]).err().expect(value).to_string();
            assert!(error.contains(why), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn passwords_are_left_out_of_descriptions() {
        let source = ProxySource::Given("http://user:hush@proxy.example:3128".into());
        let options = ProxyOptions { source, except: Vec::new() };
        let text = options.proxies(|_| None).expect("usable").describe();
        assert_eq!(text.as_deref(), Some("proxy is set, to http://proxy.example:3128"));
    }
}
