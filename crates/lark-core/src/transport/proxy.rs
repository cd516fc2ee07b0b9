//! Selects the proxy of a request.

use reqwest::{NoProxy, Proxy};
use url::{Position, Url};

use crate::error::{Error, Result};
use crate::util::Secret;

/// Hosts for which a proxy of the environment is never used: it is meant for the network, and does
/// not reach a server on this machine, such as a sandbox.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

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

/// A proxy and the requests it is for.
pub(super) struct Route {
    /// The option or the variable that configured it.
    name: &'static str,
    targets: Targets,
    url: Url,
    except: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Targets {
    All,
    Http,
    Https,
}

impl ProxyOptions {
    /// The proxies to use, with variables of the environment from `env`.
    pub(super) fn routes(&self, env: impl Fn(&str) -> Option<String>) -> Result<Vec<Route>> {
        match &self.source {
            ProxySource::None => Ok(Vec::new()),
            ProxySource::Environment => self.environment(env),
            ProxySource::Given(url) => Ok(vec![Route {
                name: "proxy",
                targets: Targets::All,
                url: parse("proxy", url.expose())?,
                except: self.except.join(","),
            }]),
        }
    }

    fn environment(&self, env: impl Fn(&str) -> Option<String>) -> Result<Vec<Route>> {
        // In a CGI program HTTP_PROXY is the header `Proxy` of the incoming request.
        if env("REQUEST_METHOD").is_some() {
            return Ok(Vec::new());
        }
        let read = |name: &'static str| {
            let value = env(name).or_else(|| env(&name.to_ascii_lowercase()));
            value.filter(|value| !value.trim().is_empty()).map(|value| (name, value))
        };
        let mut except = self.except.clone();
        except.extend(read("NO_PROXY").map(|(_, hosts)| hosts));
        except.push(THIS_MACHINE.to_owned());
        let except = except.join(",");
        let mut routes = Vec::new();
        for (name, targets) in [("HTTPS_PROXY", Targets::Https), ("HTTP_PROXY", Targets::Http)] {
            if let Some((name, url)) = read(name).or_else(|| read("ALL_PROXY")) {
                let (url, except) = (parse(name, &url)?, except.clone());
                routes.push(Route { name, targets, url, except });
            }
        }
        Ok(routes)
    }
}

impl Route {
    pub(super) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(super) fn to_reqwest(&self) -> Result<Proxy> {
        let url = self.url.clone();
        let proxy = match self.targets {
            Targets::All => Proxy::all(url),
            Targets::Http => Proxy::http(url),
            Targets::Https => Proxy::https(url),
        };
        // reqwest's own error quotes the URL.
        let proxy = proxy.map_err(|_| reject(self.name, "not usable"))?;
        Ok(proxy.no_proxy(NoProxy::from_string(&self.except)))
    }
}

/// The routes for error messages: their sources and their targets.
pub(super) fn describe(routes: &[Route]) -> Option<String> {
    let mut texts: Vec<_> = routes
        .iter()
        .map(|Route { name, url, .. }| {
            let place = &url[Position::BeforeHost..Position::AfterPort];
            format!("{name} is set, to {}://{place}", url.scheme())
        })
        .collect();
    texts.dedup();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// Reads the URL of a proxy; without a scheme it is an HTTP proxy. Errors do not quote it, because
/// it may contain a password.
fn parse(name: &str, text: &str) -> Result<Url> {
    let text = text.trim();
    let url = match text.split_once("://") {
        // Desktops use this name for a SOCKS proxy of version 5.
        Some(("socks", rest)) => Url::parse(&format!("socks5h://{rest}")),
        Some(_) => Url::parse(text),
        None => Url::parse(&format!("http://{text}")),
    };
    // reqwest would later ignore a URL that it cannot read, and connect without a proxy.
    let url = url.ok().filter(|url| url.has_host() && is_uri(url));
    let Some(url) = url else {
        return Err(reject(name, "not a URL like http://proxy.example:3128"));
    };
    match url.scheme() {
        "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h" => Ok(url),
        other => {
            let why =
                format!("{other:?} is not a kind of proxy; use http, https, socks5 or socks5h");
            Err(reject(name, &why))
        }
    }
}

fn is_uri(url: &Url) -> bool {
    url.as_str().parse::<http::Uri>().is_ok_and(|uri| uri.host().is_some())
}

fn reject(name: &str, why: &str) -> Error {
    Error::invalid_config(format!("{name}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(variables: &[(&str, &str)]) -> Result<Vec<(Targets, String)>> {
        let env = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let routes = ProxyOptions::default().routes(env)?;
        Ok(routes.into_iter().map(|it| (it.targets, it.url.to_string())).collect())
    }

    #[test]
    fn variables_of_the_environment_are_read_as_other_tools_do() {
        let https = |url: &str| (Targets::Https, url.to_owned());
        let http = |url: &str| (Targets::Http, url.to_owned());
        for (variables, expected) in [
            (&[][..], vec![]),
            (&[("HTTPS_PROXY", " ")], vec![]),
            (&[("HTTPS_PROXY", "http://a:1")], vec![https("http://a:1/")]),
            (&[("http_proxy", "a:1")], vec![http("http://a:1/")]),
            (
                &[("ALL_PROXY", "socks://a:1"), ("HTTPS_PROXY", "http://b:2")],
                vec![https("http://b:2/"), http("socks5h://a:1")],
            ),
            (&[("HTTPS_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], vec![]),
        ] {
            assert_eq!(routes(variables).expect("usable"), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_proxy_that_is_not_one_is_named_and_not_shown() {
        for (value, why) in [
            ("http://user:hush@", "HTTPS_PROXY: not a URL like"),
            ("http://user:hush@a b", "HTTPS_PROXY: not a URL like"),
            ("ftp://user:hush@a", "HTTPS_PROXY: \"ftp\" is not a kind of proxy"),
        ] {
            let error = routes(&[("HTTPS_PROXY", value)]).expect_err(value).to_string();
            assert!(error.contains(why), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn passwords_are_left_out_of_descriptions() {
        let source = ProxySource::Given("http://user:hush@proxy.example:3128".into());
        let options = ProxyOptions { source, except: Vec::new() };
        let text = describe(&options.routes(|_| None).expect("usable"));
        assert_eq!(text.as_deref(), Some("proxy is set, to http://proxy.example:3128"));
    }
}
