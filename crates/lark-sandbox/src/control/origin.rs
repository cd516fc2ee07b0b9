//! Who may give commands: programs, and no page that a browser of this machine shows.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;

/// Why a request must not give commands. A page of another origin shows itself by `Origin`; one whose
/// name was made to lead to this machine ("DNS rebinding"), by a public name in `Host`.
pub(super) fn rejected(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if let Some(host) = host
        && !is_local(host)
    {
        return Some(format!("Host {host:?}: commands are for an address or a local name"));
    }
    let origin = headers.get(ORIGIN)?.to_str().unwrap_or_default();
    let own = origin.split_once("://").map(|(_, own)| own);
    let is_own = own.is_some_and(|own| Some(own) == host);
    (!is_own).then(|| format!("Origin {origin:?}: web pages give no commands"))
}

/// Whether no public name server decides where the host of a URL leads: an address, `localhost`, or a
/// name without a dot, such as that of a container.
fn is_local(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.to_ascii_lowercase();
    bare.parse::<IpAddr>().is_ok() || name.ends_with(".localhost") || !name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn addresses_and_names_without_a_dot_are_local() {
        for host in
            ["127.0.0.1:80", "[::1]:8080", "10.0.0.7", "localhost:1", "a.localhost", "sandbox:8080"]
        {
            assert!(is_local(host), "{host}");
        }
        for host in
            ["evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "", "a b"]
        {
            assert!(!is_local(host), "{host}");
        }
    }
}
