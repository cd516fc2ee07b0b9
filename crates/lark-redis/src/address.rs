//! Addresses of servers.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

use lark_core::{Secret, StoreError};
use percent_encoding::percent_decode_str;

const PORT: u16 = 6379;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// What a server wants to know of who connects.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Login {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) database: u32,
}

/// A URL, taken apart.
pub(crate) struct Parsed {
    pub(crate) address: Address,
    pub(crate) login: Login,
    pub(crate) uses_tls: bool,
}

/// # Errors
/// It is no address of Redis. The text does not quote it, because it may have a password.
pub(crate) fn parse(url: &str) -> Result<Parsed, StoreError> {
    parts(url.trim()).map_err(|why| StoreError::new(format!("the address of Redis: {why}")))
}

fn parts(url: &str) -> Result<Parsed, &'static str> {
    const SCHEMES: &str = "it begins with redis://, rediss:// (with TLS) or redis+unix://";
    let (scheme, rest) = url.split_once("://").ok_or(SCHEMES)?;
    match &*scheme.to_ascii_lowercase() {
        "redis" | "valkey" => server(rest, false),
        "rediss" | "valkeys" => server(rest, true),
        "redis+unix" | "valkey+unix" | "unix" => socket(rest),
        _ => Err(SCHEMES),
    }
}

/// `[user][:password@]host[:port][/database]`
fn server(rest: &str, uses_tls: bool) -> Result<Parsed, &'static str> {
    if let Some(why) = rest.find(['#', '?']).map(|at| misplaced(rest.split_at(at).1, uses_tls)) {
        return Err(why);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if path.contains('@') {
        return Err("there is a `/` before the `@`; in a user or a password it is written %2F");
    }
    let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let (user, password) = (given(decoded(user)?), given(decoded(password)?).map(Secret::from));
    let login = Login { user, password, database: database(path.trim_end_matches('/'))? };
    Ok(Parsed { address: host_and_port(host)?, login, uses_tls })
}

/// What is wrong with an address in which these are the first `#` or `?` and what follows.
fn misplaced(behind: &str, uses_tls: bool) -> &'static str {
    match behind.as_bytes().first() {
        Some(b'#') if uses_tls && !behind.contains('@') => {
            "certificates are always checked, so nothing may follow `#`; trust your own authority \
             with root_certificates"
        }
        Some(b'?') if !behind.contains('@') => {
            "options behind a `?` are those of other clients; the database is the path, and TLS is rediss://"
        }
        _ => "there is a `#` or a `?`; in a user or a password they are written %23 and %3F",
    }
}

fn host_and_port(text: &str) -> Result<Address, &'static str> {
    const NO_PORT: &str = "the port is no number up to 65535";
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or("a `[` has no `]`")?;
            host.parse::<Ipv6Addr>().map_err(|_| "what is in `[]` is no address of IPv6")?;
            (host, port)
        }
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(port) if port.starts_with('+') => return Err(NO_PORT),
        Some(port) => port.parse().map_err(|_| NO_PORT)?,
        None if port.is_empty() => PORT,
        None => return Err("what follows `]` is no port"),
    };
    if host.is_empty() {
        return Err("it has no host");
    }
    if !host.is_ascii() || host.contains('%') {
        return Err("the host is not in ASCII; its other form begins with xn--");
    }
    // A password may follow a character that does not belong there, and hosts are shown in errors.
    let is_of_host = |it: u8| it.is_ascii_alphanumeric() || b".-_:".contains(&it);
    if !host.bytes().all(is_of_host) {
        return Err(
            "the host has something but letters, digits and `.-_`; several addresses are given to \
                    Redis::builder one by one",
        );
    }
    if host.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified()) {
        return Err("nobody can connect to 0.0.0.0 or ::, on which servers listen");
    }
    Ok(Address::Tcp(host.to_owned(), port))
}

/// `/path?db=0&user=bot&pass=secret`
fn socket(rest: &str) -> Result<Parsed, &'static str> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !path.starts_with('/') {
        return Err("the path of a socket begins with /");
    }
    let mut login = Login::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "db" => login.database = database(&value)?,
            "user" => login.user = Some(value.into_owned()),
            "pass" => login.password = Some(value.into_owned().into()),
            _ => return Err("behind the path of a socket there may be db, user and pass"),
        }
    }
    let address = Address::Unix(decoded(path)?.into());
    Ok(Parsed { address, login, uses_tls: false })
}

fn database(digits: &str) -> Result<u32, &'static str> {
    match digits {
        "" => Ok(0),
        digits => digits.parse().map_err(|_| "the database is no number"),
    }
}

fn decoded(text: &str) -> Result<String, &'static str> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(String::from).map_err(|_| "what is percent-encoded is not UTF-8")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use redis::{ConnectionAddr, IntoConnectionInfo as _};

    use super::*;

    fn login(user: Option<&str>, password: Option<&str>, database: u32) -> Login {
        Login { user: user.map(str::to_owned), password: password.map(Secret::from), database }
    }

    /// What the client crate of others makes of it.
    fn of_others(url: &str) -> (Address, Login) {
        let info = url.into_connection_info().expect("an address");
        let address = match info.addr() {
            ConnectionAddr::Tcp(host, port) => Address::Tcp(host.clone(), *port),
            ConnectionAddr::Unix(path) => Address::Unix(path.clone()),
            other => panic!("{other:?}"),
        };
        let settings = info.redis_settings();
        let database = u32::try_from(settings.db()).expect("a database");
        (address, login(settings.username(), settings.password(), database))
    }

    #[test]
    fn addresses_are_what_other_clients_take_them_for() {
        for url in [
            "redis://localhost",
            "redis://localhost/",
            "redis://127.0.0.1:7000/3",
            "redis://127.0.0.1:7000/3/",
            "REDIS://Host.internal",
            "valkey://[::1]",
            "redis://[fe80::1]:6380/1",
            "redis://:hush@h",
            "redis://:@h",
            "redis://:hu@sh@h",
            "redis://bot:hush@h:1",
            "redis://bot:hu%20sh%40%2F%3a%25@h",
            "redis://b%C3%B6t:s:h@h",
            " redis://h\n",
            "redis+unix:///run/redis.sock",
            "unix:///run/re%20dis.sock?db=2",
            "valkey+unix:///r.sock?user=bot&pass=hu%2Bsh+%26",
        ] {
            let Parsed { address, login, uses_tls } = parse(url).expect("an address");
            let (others, their_login) = of_others(url);
            let lower = |address: &Address| address.to_string().to_lowercase();
            assert_eq!(lower(&address), lower(&others), "{url}");
            assert!(login == their_login && !uses_tls, "{url}");
        }
    }

    #[test]
    fn a_user_without_a_password_is_a_user() {
        let parsed = parse("rediss://bot@h:6380/1").expect("an address");
        assert!(parsed.login == login(Some("bot"), None, 1) && parsed.uses_tls);
        assert_eq!(parsed.address, Address::Tcp("h".to_owned(), 6380));
    }

    #[test]
    fn an_address_that_cannot_be_read_says_why_and_quotes_nothing() {
        let begins = "it begins with redis://, rediss:// (with TLS) or redis+unix://";
        let marks = "there is a `#` or a `?`; in a user or a password they are written %23 and %3F";
        let options = "options behind a `?` are those of other clients; the database is the path, and TLS is rediss://";
        let host = "the host has something but letters, digits and `.-_`; several addresses are given to Redis::builder one by one";
        let slash = "there is a `/` before the `@`; in a user or a password it is written %2F";
        let port = "the port is no number up to 65535";
        for (url, why) in [
            ("", begins),
            ("hush", begins),
            ("http://hush", begins),
            ("redis://", "it has no host"),
            ("redis://:hush@", "it has no host"),
            ("redis://:hush@:6379", "it has no host"),
            ("redis://:hush#1@h", marks),
            ("redis://:hush?1@h", marks),
            ("rediss://:hush#1@h", marks),
            ("redis://h?hush", options),
            ("redis://h:1/2?hush=1", options),
            ("redis://h,password=hush", host),
            ("redis://h1,h2", host),
            ("redis://ho\nst", host),
            ("redis://my host/1", host),
            ("redis://h]", host),
            ("redis://h:+1", port),
            ("redis://:hush/1@h", slash),
            ("redis://h:65536", port),
            ("redis://h:", port),
            ("redis://::1", port),
            ("redis://[::1", "a `[` has no `]`"),
            ("redis://[hush]", "what is in `[]` is no address of IPv6"),
            ("redis://[::1]6379", "what follows `]` is no port"),
            ("redis://h/hush", "the database is no number"),
            ("redis://h/-1", "the database is no number"),
            ("redis://:%ff@h", "what is percent-encoded is not UTF-8"),
            ("redis://h\u{f6}st", "the host is not in ASCII; its other form begins with xn--"),
            ("redis://0.0.0.0", "nobody can connect to 0.0.0.0 or ::, on which servers listen"),
            ("redis://[::]:6379", "nobody can connect to 0.0.0.0 or ::, on which servers listen"),
            ("unix://hush", "the path of a socket begins with /"),
            ("unix:///s?hush=1", "behind the path of a socket there may be db, user and pass"),
            ("unix:///s?db=hush", "the database is no number"),
        ] {
            let error = parse(url).map(|_| ()).expect_err(url).to_string();
            assert_eq!(error, format!("the address of Redis: {why}"), "{url}");
        }
        let error = parse("rediss://h#insecure").map(|_| ()).expect_err("a fragment").to_string();
        assert!(error.contains("certificates are always checked"), "{error}");
    }
}
