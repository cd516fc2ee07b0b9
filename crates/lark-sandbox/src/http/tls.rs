//! TLS with a certificate that is made for this sandbox, by an authority of its own.

use std::error::Error;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// What is needed to serve TLS, and to trust it.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority, in PEM. Nobody has its key: it is gone once the sandbox's certificate is signed.
    pub(crate) authority: String,
}

impl Tls {
    /// A certificate for 127.0.0.1 and localhost.
    pub(crate) fn generate() -> io::Result<Self> {
        generate().map_err(io::Error::other)
    }
}

fn generate() -> Result<Tls, Box<dyn Error + Send + Sync>> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.distinguished_name.push(DnType::CommonName, "lark-sandbox");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let names = [Ipv4Addr::LOCALHOST.to_string(), "localhost".to_owned()];
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &authority)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    // The provider is named here instead of installed for the process.
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), authority: authority.pem() })
}
