//! Servers with TLS.

use std::path::Path;

use lark_core::TokenStore as _;
use lark_redis::{Redis, RedisBuilder, RedisStore};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};

use crate::redis_server::RedisServer;

/// An authority, and a certificate and its key that it made.
struct Pki {
    authority: String,
    certificate: String,
    key: String,
}

impl Pki {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"));
        let (issuer, key) = (issuer.expect("a certificate"), KeyPair::generate().expect("a key"));
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        // OpenSSL takes a certificate that has the name of its authority for self-signed.
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "redis");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate").pem();
        Self { authority: issuer.pem(), certificate, key: key.serialize_pem() }
    }

    fn server(&self, asks_for_certificates: &str) -> RedisServer {
        RedisServer::made(|port, directory: &Path| {
            let file = |name, content: &str| RedisServer::file(directory, name, content);
            [
                ["--port", "0"],
                ["--tls-port", &port.to_string()],
                ["--tls-cert-file", &file("cert.pem", &self.certificate)],
                ["--tls-key-file", &file("key.pem", &self.key)],
                ["--tls-ca-cert-file", &file("ca.pem", &self.authority)],
                ["--tls-auth-clients", asks_for_certificates],
            ]
            .as_flattened()
            .iter()
            .map(|it| (*it).to_owned())
            .collect()
        })
    }
}

fn builder(server: &RedisServer, scheme: &str) -> RedisBuilder {
    Redis::builder([format!("{scheme}://127.0.0.1:{}", server.port())])
}

async fn error_of(builder: RedisBuilder) -> String {
    let redis = builder.open().expect("it fits together");
    RedisStore::new(&redis).get("k").await.expect_err("it fails").to_string()
}

#[tokio::test]
async fn a_server_whose_authority_is_named() {
    let pki = Pki::new("127.0.0.1");
    let server = pki.server("no");
    let trusting = builder(&server, "rediss").root_certificates(pki.authority);
    trusting.open().expect("it fits together").check().await.expect("an answer");
    let text = error_of(builder(&server, "rediss")).await;
    assert!(
        text.contains("name the authority of its certificate with root_certificates"),
        "{text}"
    );
    let text = error_of(builder(&server, "redis")).await;
    assert!(text.contains("does `rediss://` work, with TLS?"), "{text}");
}

#[tokio::test]
async fn a_server_that_wants_to_know_its_clients() {
    let pki = Pki::new("127.0.0.1");
    let server = pki.server("yes");
    let stranger = || builder(&server, "rediss").root_certificates(pki.authority.clone());
    let known = stranger().client_certificate(pki.certificate.clone(), pki.key.clone());
    known.open().expect("it fits together").check().await.expect("an answer");
    let text = error_of(stranger()).await;
    assert!(text.contains("it wants a client_certificate"), "{text}");
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let pki = Pki::new("redis.internal");
    let server = pki.server("no");
    let text = error_of(builder(&server, "rediss").root_certificates(pki.authority)).await;
    assert!(text.contains("its certificate is for another name"), "{text}");
}

#[tokio::test]
async fn a_server_without_tls() {
    let pki = Pki::new("127.0.0.1");
    let server = RedisServer::start();
    let text = error_of(builder(&server, "rediss").root_certificates(pki.authority)).await;
    assert!(text.contains("does `redis://` work, without TLS?"), "{text}");
}

#[test]
fn options_that_do_not_fit_together_are_named() {
    let pki = Pki::new("127.0.0.1");
    let one = || Redis::builder(["rediss://127.0.0.1"]);
    for (builder, part) in [
        (
            Redis::builder(["redis://a"]).root_certificates(pki.authority.clone()),
            "begin with rediss://",
        ),
        (
            one().root_certificates("no certificate"),
            "root_certificates: no certificate in the PEM text",
        ),
        (one().client_certificate(pki.certificate, "no key"), "client_certificate: no private key"),
        (Redis::builder(["rediss://127.0.0.1/#insecure"]), "certificates are always checked"),
        (Redis::builder(["rediss://a", "redis://b"]).cluster(), "some have TLS"),
        (Redis::builder(["redis://a", "redis://b"]), "cluster() or of a sentinel(service)"),
        (Redis::builder(["redis://a/1"]).cluster(), "no databases but 0"),
        (Redis::builder(["redis://a"]).cluster().sentinel("bot"), "a cluster has no sentinels"),
        (Redis::builder([""; 0]), "there is none"),
    ] {
        let error = builder.open().expect_err(part).to_string();
        assert!(error.contains(part), "{part}: {error}");
    }
}
