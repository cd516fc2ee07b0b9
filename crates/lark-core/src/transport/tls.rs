//! The certificates that connections trust and present.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Result};
use crate::util::Secret;

/// The TLS of connections that are not HTTP, such as those to a store. `root_certificates` is a PEM text
/// with authorities to trust besides the system's, `client_certificate` a chain and its key.
///
/// # Errors
/// One of the texts is not PEM, or the system's certificates cannot be read. The message names which.
pub fn client_tls(
    root_certificates: Option<Vec<u8>>,
    client_certificate: Option<(Vec<u8>, Secret)>,
) -> Result<Arc<ClientConfig>> {
    let roots = root_certificates.map(|pem| ("root_certificates", pem)).into_iter().collect();
    let options = TlsOptions { roots, only_roots: false, identity: client_certificate };
    options.config(true).map(Arc::new)
}

#[derive(Clone, Default)]
pub(super) struct TlsOptions {
    /// PEM texts, and the options that set them.
    pub(super) roots: Vec<(&'static str, Vec<u8>)>,
    /// Whether the system's authorities are not trusted.
    pub(super) only_roots: bool,
    /// Certificates and their key, in PEM.
    pub(super) identity: Option<(Vec<u8>, Secret)>,
}

impl TlsOptions {
    /// The provider is named here instead of being installed for the process, which is up to the
    /// user. `used` says whether TLS will be used at all.
    pub(super) fn config(&self, used: bool) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| reject("TLS", error))?;
        let (certificates, store) = self.roots()?;
        // Reading the system's certificates takes milliseconds, which plain HTTP does not need.
        let builder = if self.only_roots || !used {
            builder.with_root_certificates(store)
        } else {
            let verifier = platform_verifier(certificates, provider).map_err(|error| {
                let why = format!("{error}; name some with root_certificates");
                reject("the system's certificates", why)
            })?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        };
        let Some((chain, key)) = &self.identity else {
            return Ok(builder.with_no_client_auth());
        };
        const NAME: &str = "client_certificate";
        let chain = certificates_in(NAME, chain)?;
        let key = PrivateKeyDer::from_pem_slice(key.expose().as_bytes())
            .map_err(|error| reject(NAME, describe(&error, "private key")))?;
        builder.with_client_auth_cert(chain, key).map_err(|error| reject(NAME, error))
    }

    fn roots(&self) -> Result<(Vec<CertificateDer<'static>>, RootCertStore)> {
        let (mut all, mut store) = (Vec::new(), RootCertStore::empty());
        for (name, pem) in &self.roots {
            for certificate in certificates_in(name, pem)? {
                store.add(certificate.clone()).map_err(|error| reject(name, error))?;
                all.push(certificate);
            }
        }
        Ok((all, store))
    }
}

#[cfg(not(target_os = "android"))]
fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider)
}

/// Android's verifier accepts no certificates besides its own.
#[cfg(target_os = "android")]
fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    match roots.is_empty() {
        true => Verifier::new(provider),
        false => Err(rustls::Error::General("use only_root_certificates on Android".to_owned())),
    }
}

fn certificates_in(name: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match certificates {
        Ok(none) if none.is_empty() => Err(reject(name, "no certificate in the PEM text")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(reject(name, describe(&error, "certificate"))),
    }
}

/// In our own words: the text of the error may quote a line of a key.
fn describe(error: &pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::NoItemsFound => format!("no {wanted} in the PEM text"),
        _ => format!("the {wanted} is not valid PEM"),
    }
}

fn reject(name: &str, why: impl std::fmt::Display) -> Error {
    Error::invalid_config(format!("{name}: {why}"))
}
