//! What the errors of the HTTP stack mean, and what to do about some of them.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::connector::BoxError;
use super::error::Explained;
use super::{TransportError, TransportErrorKind};

/// Nothing of the request was sent. `context` says where the connection should have gone.
///
/// Of the URL only the host is named: the rest may hold ids, and the operation is in the message
/// already.
pub(super) fn cannot_connect(error: BoxError, context: &[&str]) -> TransportError {
    explained(TransportErrorKind::Connect, error, context)
}

/// The connection broke.
pub(super) fn interrupted(error: hyper::Error) -> TransportError {
    explained(TransportErrorKind::Interrupted, error.into(), &[])
}

pub(super) fn explained(
    kind: TransportErrorKind,
    error: BoxError,
    context: &[&str],
) -> TransportError {
    let mut explanation: Vec<_> = advice(&*error).into_iter().collect();
    explanation.extend(context);
    if explanation.is_empty() {
        return TransportError::new(kind, error);
    }
    TransportError::new(kind, Explained { explanation: explanation.join("; "), error })
}

/// Advice for TLS failures whose own text does not help.
fn advice(error: &(dyn StdError + 'static)) -> Option<&'static str> {
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

fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut cause = Some(error);
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
