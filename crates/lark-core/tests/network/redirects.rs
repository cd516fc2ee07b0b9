//! Credentials reach one host.

use lark_core::{RawRequest, Stage};

use crate::server::{Answer, Server};
use crate::{ask, client, each_transport, failure};

pub(crate) async fn redirecting(status: u16, location: String) -> Server {
    let text =
        format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    Server::plain(move |_| Answer::Raw(text.clone())).await
}

#[tokio::test]
async fn a_redirect_is_an_error_that_names_the_host_and_nothing_of_the_query() {
    let other = Server::plain(|_| Answer::Ok).await;
    let statuses = [301, 302, 303, 307, 308];
    for (over, status) in each_transport().iter().flat_map(|it| statuses.map(|status| (it, status)))
    {
        let location = format!("http://u:hush@{}/x?code=hush", other.address);
        let server = redirecting(status, location).await;
        let error = failure(over(client(server.http()))).await;
        assert_eq!(error.stage(), Stage::Http);
        let expected = format!(
            "GET /open-apis/demo/v1/ask: http: a redirect to {}, which is not followed; \
             check the base URL (HTTP {status})",
            other.http()
        );
        assert_eq!(error.to_string(), expected);

        // The request for a token goes the same way.
        let client = over(client(server.http())).build().expect("usable options");
        let error = client.send_raw(ask()).await.expect_err("a redirect");
        assert_eq!(error.stage(), Stage::Token);
        assert!(error.to_string().contains("a redirect to http://127.0.0.1"), "{error}");
    }
    assert_eq!(other.connections(), 0, "nobody went there");
}

#[tokio::test]
async fn places_that_are_not_other_hosts_are_told_as_well() {
    for (location, place) in [
        ("/login?x=1", "another path of the same host"),
        ("mailto:a@b", "something that is not the URL of a host"),
        ("//evil.example/x", "http://evil.example"),
    ] {
        let server = redirecting(302, location.to_owned()).await;
        let error = failure(client(server.http())).await.to_string();
        assert!(error.contains(&format!("a redirect to {place}, ")), "{error}");
    }
}

#[tokio::test]
async fn a_raw_request_stays_on_its_host() {
    let server = Server::plain(|_| Answer::Ok).await;
    let client = client(format!("{}/gateway", server.http())).build().expect("usable options");
    let client = client.as_user("u-1");
    for path in [
        "",
        "x",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/../x",
        "/x/./y",
        "/open-apis/%2e%2E/x",
        "/x\r\nHost: evil.example",
        "/x\ty",
        "/x y",
        "/x\u{a0}y",
        "/x#y",
        "@evil.example/",
    ] {
        let error = client.send_raw(RawRequest::get(path)).await.expect_err(path);
        assert_eq!(error.stage(), Stage::Prepare, "{path:?}");
        assert!(!error.to_string().contains(char::is_control), "{error}");
    }
    assert_eq!(server.connections(), 0);
    for path in ["/@evil.example/", "/:80@evil.example/x", "/x//evil.example", "/x?u=/../y&v=@z"] {
        client.send_raw(RawRequest::get(path)).await.expect("its own host");
        let line = server.seen().pop().expect("it is asked").line;
        assert_eq!(line, format!("GET /gateway{path} HTTP/1.1"));
    }
}
