//! Every connection goes through the proxy, or none.

use std::env;
use std::process::Command;
use std::time::Duration;

use lark_core::Stage;

use crate::pki::{Authority, NAME};
use crate::proxy::{Wish, dying, socks4, socks5, tunnel};
use crate::server::{Answer, Server};
use crate::{ask, client, failure};

#[tokio::test]
async fn a_connect_proxy_sees_every_connection() {
    let authority = Authority::new();
    let server = Server::tls(authority.acceptor()).await;
    for acceptor in [None, Some(authority.acceptor())] {
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let before = server.connections();
        let proxy = tunnel(acceptor, server.address).await;
        // The name resolves nowhere, so that only the proxy can reach it.
        let client = client(format!("https://{NAME}"))
            .proxy(format!("{scheme}://us%40er:pa%20ss@{}", proxy.address))
            .root_certificates(authority.pem())
            .build()
            .expect("usable options");
        for _ in 0..2 {
            client.send_raw(ask()).await.expect("a success");
        }
        let seen = proxy.seen();
        assert_eq!(seen.len(), server.connections() - before, "{scheme}");
        for asked in seen {
            assert_eq!(asked.line, "CONNECT platform.test:443 HTTP/1.1");
            assert_eq!(asked.header("proxy-authorization"), Some("Basic dXNAZXI6cGEgc3M="));
            assert!(asked.header("user-agent").is_some_and(|it| it.starts_with("lark-rs/")));
            assert_eq!(asked.header("authorization"), None, "a proxy gets no token");
        }
    }
    let requests = server.seen();
    assert_eq!(requests.iter().filter(|it| it.is_for_token()).count(), 2);
    assert_eq!(requests.len(), 6);
    assert!(requests.iter().all(|it| it.header("proxy-authorization").is_none()));
}

#[tokio::test]
async fn a_socks_proxy_sees_every_connection() {
    let authority = Authority::new();
    let server = Server::tls(authority.acceptor()).await;
    let port = server.address.port();
    for (scheme, base, host, port) in [
        ("socks5h", format!("https://{NAME}"), Ok(NAME.to_owned()), 443),
        ("socks5", server.https(), Err([127, 0, 0, 1]), port),
    ] {
        let proxy = socks5(server.address).await;
        let client = client(base)
            .proxy(format!("{scheme}://user:pass@{}", proxy.address))
            .root_certificates(authority.pem())
            .build()
            .expect("usable options");
        client.send_raw(ask()).await.expect("a success");
        let wish = Wish { host, port, user: "user".to_owned(), password: "pass".to_owned() };
        assert_eq!(proxy.seen(), [wish]);
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_socks_proxy_takes_plain_http_too() {
    let server = Server::plain(|_| Answer::Ok).await;
    for (scheme, base, host, port) in [
        ("socks5h", format!("http://{NAME}"), Ok(NAME.to_owned()), 80),
        ("socks5", "http://localhost:8099".to_owned(), Err([127, 0, 0, 1]), 8099),
    ] {
        let proxy = socks5(server.address).await;
        let client = client(base).proxy(format!("{scheme}://user:pass@{}", proxy.address));
        client.build().expect("usable options").send_raw(ask()).await.expect("a success");
        let wish = Wish { host, port, user: "user".to_owned(), password: "pass".to_owned() };
        assert_eq!(proxy.seen(), [wish]);
    }
    for (scheme, base, host, port) in [
        ("socks4a", format!("http://{NAME}"), Ok(NAME.to_owned()), 80),
        ("socks4", "http://localhost:8099".to_owned(), Err([127, 0, 0, 1]), 8099),
    ] {
        let proxy = socks4(server.address).await;
        let client = client(base).proxy(format!("{scheme}://{}", proxy.address));
        client.build().expect("usable options").send_raw(ask()).await.expect("a success");
        let wish = Wish { host, port, user: String::new(), password: String::new() };
        assert_eq!(proxy.seen(), [wish]);
    }
}

#[tokio::test]
async fn a_proxy_that_dies_or_is_silent_ends_the_connection_in_time() {
    for (silent, why) in [(false, "unexpected end of file"), (true, "no connection within 60ms")] {
        let proxy = dying(silent).await;
        for base in [format!("https://{NAME}"), "https://platform.test:8443".to_owned()] {
            let builder = client(base).proxy(format!("http://{}", proxy.address));
            let error = failure(builder.connect_timeout(Duration::from_millis(60))).await;
            assert!(error.is_transient());
            assert_eq!(error.is_timeout(), silent);
            let text = error.to_string();
            assert!(
                text.contains("cannot connect: proxy is set, to ") && text.contains(why),
                "{text}"
            );
        }
        assert!(!proxy.seen().is_empty());
    }
}

#[tokio::test]
async fn plain_http_goes_through_the_proxy_too() {
    let proxy = Server::plain(|_| Answer::Ok).await;
    let client = client("http://platform.test").proxy(format!("u:p@{}", proxy.address));
    client.build().expect("usable options").send_raw(ask()).await.expect("a success");
    for asked in proxy.seen() {
        assert!(asked.line.contains(" http://platform.test/open-apis/"), "{}", asked.line);
        assert_eq!(asked.header("proxy-authorization"), Some("Basic dTpw"));
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_work_is_named_without_its_password() {
    let server = Server::plain(|_| Answer::Ok).await;
    let rejecting = tunnel(None, server.address).await;
    for (proxy, why) in [
        (format!("http://{}", rejecting.address), "proxy authorization required"),
        ("http://user:hush@127.0.0.1:1".to_owned(), "failed to create underlying connection"),
        ("socks5h://user:hush@127.0.0.1:1".to_owned(), "failed to create underlying connection"),
    ] {
        let place = proxy.replace("user:hush@", "");
        let builder = client(format!("https://{NAME}")).proxy(&*proxy);
        let error = failure(builder).await;
        let text = error.to_string();
        assert_eq!(error.stage(), Stage::Send);
        assert!(text.contains("cannot connect: proxy is set, to "), "{text}");
        assert!(text.contains(&place) && text.contains(why), "{text}");
        assert!(!format!("{error:?} {text}").contains("hush"), "{error:?}");
    }
}

#[tokio::test]
async fn excepted_hosts_are_reached_directly() {
    let server = Server::plain(|_| Answer::Ok).await;
    let transport = lark_core::HttpTransport::builder().proxy("http://127.0.0.1:1");
    let excepting = transport.clone().proxy_except("platform.test, 127.0.0.0/8");
    let direct = client(server.http()).transport(excepting.build().expect("usable options"));
    direct.build().expect("usable options").send_raw(ask()).await.expect("a success");
    let through = client(server.http()).transport(transport.build().expect("usable options"));
    assert!(failure(through).await.to_string().contains("proxy is set"));
}

/// Variables can only be set for another process, which runs this test alone.
#[tokio::test]
async fn the_proxy_of_the_environment_is_used_by_default() {
    const CHILD: &str = "proxies::the_proxy_of_the_environment_is_used_by_default";
    if let Ok(pem) = env::var("TEST_AUTHORITY") {
        let through = client(format!("https://{NAME}")).root_certificates(pem.clone());
        through.build().expect("usable options").send_raw(ask()).await.expect("a success");
        let local = env::var("TEST_SERVER").expect("set beside it");
        let direct = client(local).root_certificates(pem).build().expect("usable options");
        direct.send_raw(ask()).await.expect("a success");
        return;
    }
    let authority = Authority::new();
    let server = Server::tls(authority.acceptor()).await;
    let proxy = tunnel(None, server.address).await;
    let mut child = Command::new(env::current_exe().expect("running"));
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD", "https_proxy"] {
        child.env_remove(name);
    }
    child
        .args(["--exact", CHILD])
        .env("HTTPS_PROXY", format!("http://u:p@{}", proxy.address))
        .env("TEST_AUTHORITY", authority.pem())
        .env("TEST_SERVER", server.https());
    let output = tokio::task::spawn_blocking(move || child.output()).await.expect("no panic");
    let output = output.expect("the program of this test runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(proxy.seen().len(), 1, "one connection that is kept");
    assert_eq!(server.connections(), 2, "and one that is local");
}
