//! The port in a URL.

use http::uri::Authority;

/// Whether nothing but a port follows the host. `Uri` takes anything, and means the usual port then.
pub(crate) fn has_usable_port(authority: &Authority) -> bool {
    let place = authority.as_str().rsplit('@').next().unwrap_or_default();
    match place.strip_prefix(authority.host()) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| {
            port.bytes().all(|it| it.is_ascii_digit()) && port.parse::<u16>().is_ok()
        }),
        None => false,
    }
}
