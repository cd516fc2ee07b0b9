//! Whom the client trusts, and what it shows.

use lark_core::{HttpTransport, Stage};

use crate::pki::Authority;
use crate::server::Server;
use crate::{ask, client, failure};

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_once_it_is_named() {
    let (ours, other) = (Authority::new(), Authority::new());
    let server = Server::tls(ours.acceptor()).await;
    for builder in [client(server.https()), client(server.https()).root_certificates(other.pem())] {
        let error = failure(builder).await;
        assert_eq!(error.stage(), Stage::Send);
        let text = error.to_string();
        assert!(text.contains("cannot connect: the certificate is signed by"), "{text}");
        assert!(text.contains("set it with root_certificates"), "{text}");
        assert!(text.contains("invalid peer certificate"), "{text}");
    }
    assert_eq!(server.seen().len(), 0, "nothing is said to a stranger");

    let both = [other.pem(), ours.pem()].concat();
    let added = client(server.https()).root_certificates(both);
    added.build().expect("usable options").send_raw(ask()).await.expect("a success");
    let only = HttpTransport::builder().only_root_certificates(ours.pem());
    let only = client(server.https()).transport(only.build().expect("usable options"));
    only.build().expect("usable options").send_raw(ask()).await.expect("a success");
}

#[tokio::test]
async fn a_server_may_want_a_certificate_of_the_client() {
    let (ours, other) = (Authority::new(), Authority::new());
    let server = Server::tls(ours.acceptor_of_known_clients()).await;
    let options = HttpTransport::builder().root_certificates(ours.pem());
    let with = |options: lark_core::HttpTransportBuilder| {
        client(server.https()).transport(options.build().expect("usable options"))
    };
    let text = failure(with(options.clone())).await.to_string();
    assert!(text.contains("set it with client_certificate"), "{text}");
    let me = other.identity();
    failure(with(options.clone().client_certificate(me.certificate, me.key))).await;
    assert_eq!(server.seen().len(), 0);

    let me = ours.identity();
    let known = with(options.client_certificate(me.certificate, me.key));
    known.build().expect("usable options").send_raw(ask()).await.expect("a success");
}

#[test]
fn texts_that_are_no_certificates_are_named_and_keys_are_not_shown() {
    let (one, two) = (Authority::new().identity(), Authority::new().identity());
    let http = HttpTransport::builder;
    let broken = "-----BEGIN CERTIFICATE-----\nplanted!\n-----END CERTIFICATE-----\n";
    let broken_key = "-----BEGIN PRIVATE KEY-----\nplanted!\n-----END PRIVATE KEY-----\n";
    for (options, expected) in [
        (http().root_certificates(""), "root_certificates: no certificate in the PEM text"),
        (http().root_certificates(broken), "root_certificates: the certificate is not valid PEM"),
        (
            http().only_root_certificates(one.key.clone()),
            "configure: only_root_certificates: no certificate in",
        ),
        (
            http().client_certificate(one.certificate.clone(), "planted"),
            "client_certificate: no private key in the PEM text",
        ),
        (
            http().client_certificate(one.certificate.clone(), broken_key),
            "client_certificate: the private key is not valid PEM",
        ),
        (
            http().client_certificate(one.certificate.clone(), two.key.clone()),
            "client_certificate: keys may not be consistent",
        ),
        (http().proxy("planted:planted@"), "proxy: not a URL like"),
        (http().proxy("gopher://planted@a"), "proxy: \"gopher\" is not a kind of proxy"),
    ] {
        let shown = format!("{options:?}");
        assert!(!shown.contains("planted") && !shown.contains("BEGIN"), "{shown}");
        let error = options.build().expect_err(expected);
        assert_eq!(error.stage(), Stage::Configure);
        let text = format!("{error} {error:?}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("planted"), "{text}");
    }
}
