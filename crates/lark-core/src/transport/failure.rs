//! What reqwest's errors mean, and what to do about some of them.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::error::Explained;
use super::{TransportError, TransportErrorKind};

/// `note` is about the connection: which proxy it may have gone through.
///
/// Of the URL only the host is named, and only if it was not reached: the rest may hold ids, and the
/// operation is in the message already.
pub(super) fn classify(error: reqwest::Error, note: Option<&str>) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::Request
    } else {
        TransportErrorKind::Interrupted
    };
    let is_connect = kind == TransportErrorKind::Connect;
    let host = error.url().filter(|_| is_connect).and_then(host);
    let error = error.without_url();
    let note = note.filter(|_| is_connect);
    let explanation: Vec<_> =
        [advice(&error), note, host.as_deref()].into_iter().flatten().collect();
    if explanation.is_empty() {
        return TransportError::new(kind, error);
    }
    TransportError::new(kind, Explained { explanation: explanation.join("; "), error })
}

/// The host of a URL, with its port if it states one.
fn host(url: &reqwest::Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| format!("host {host}"), |port| format!("host {host}:{port}")))
}

/// Advice for TLS failures whose own text does not help.
fn advice(error: &reqwest::Error) -> Option<&'static str> {
    match tls_error(error)? {
        // An authority with the same name as a trusted one shows up as a bad signature.
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => Some(
            "the certificate is signed by an authority that is not trusted here; if it is your \
             own, set it with root_certificates",
        ),
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            Some("the server wants a client certificate; set it with client_certificate")
        }
        _ => None,
    }
}

fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        // An I/O error displays the error it wraps, but does not return it as its source.
        cause = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}
