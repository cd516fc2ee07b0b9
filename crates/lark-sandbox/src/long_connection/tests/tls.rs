//! Discovery and the socket over TLS.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::client::{Client, url};
use crate::Sandbox;

async fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().tls().expect("a certificate");
    builder.start().await.expect("a port is free")
}

/// What trusts this certificate and no other.
fn connector(certificate: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM");
    roots.add(certificate).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("ring has them");
    Arc::new(config.with_root_certificates(roots).with_no_client_auth()).into()
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_connects() {
    let sandbox = sandbox().await;
    let url = url(&sandbox).await;
    let authority = sandbox.base_url().replace("https://", "");
    assert!(url.starts_with(&format!("wss://{authority}/ws/v2?")), "{url}");
    let connector = connector(sandbox.certificate().expect("it speaks TLS"));
    for name in ["localhost", "127.0.0.1"] {
        let stream = TcpStream::connect(&authority).await.expect("it listens");
        let name = ServerName::try_from(name).expect("a name");
        let stream = connector.connect(name, stream).await.expect("it is trusted");
        let url = super::client::url(&sandbox).await;
        let mut client = Client::upgrade(&url, Box::new(stream)).await.expect("it is let in");
        client.ping().await;
        assert_eq!(client.frame().await.header("type"), Some("pong"));
    }
}

#[tokio::test]
async fn another_sandbox_is_not_trusted() {
    let (sandbox, other) = (sandbox().await, sandbox().await);
    let connector = connector(other.certificate().expect("it speaks TLS"));
    let authority = sandbox.base_url().replace("https://", "");
    let stream = TcpStream::connect(authority).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("a name");
    let error = connector.connect(name, stream).await.map(drop).expect_err("it is not trusted");
    assert!(error.to_string().starts_with("invalid peer certificate"), "{error}");
}
