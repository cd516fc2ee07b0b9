//! Hosts that are this machine.

use std::net::IpAddr;

/// Whether a host of a URL is this machine; an IPv6 address has its brackets there.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
