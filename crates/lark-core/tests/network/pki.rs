//! Certificates of an authority that nobody trusts.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The name in the servers' certificates, beside their address. No resolver knows it.
pub(crate) const NAME: &str = "platform.test";

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// PEM texts.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn identity(&self) -> Identity {
        let (params, key) = (params(), KeyPair::generate().expect("a key"));
        let certificate = params.signed_by(&key, &self.0).expect("a certificate").pem();
        Identity { certificate, key: key.serialize_pem() }
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.accepting(false)
    }

    /// Wants clients to have a certificate of this authority.
    pub(crate) fn acceptor_of_known_clients(&self) -> TlsAcceptor {
        self.accepting(true)
    }

    fn accepting(&self, only_known: bool) -> TlsAcceptor {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("ring has them");
        let builder = if only_known {
            let mut roots = RootCertStore::empty();
            roots.add(self.0.der().clone()).expect("a certificate");
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let key = KeyPair::generate().expect("a key");
        let certificate = params().signed_by(&key, &self.0).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = builder.with_single_cert(vec![certificate.der().clone()], key);
        TlsAcceptor::from(Arc::new(config.expect("they belong together")))
    }
}

fn params() -> CertificateParams {
    CertificateParams::new([NAME.to_owned(), "127.0.0.1".to_owned()]).expect("valid names")
}
