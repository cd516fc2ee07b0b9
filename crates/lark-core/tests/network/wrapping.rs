//! Transports around the default one, and headers that every request has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_core::http::Request;
use lark_core::{Body, HttpTransport, Stage, Transport, TransportFuture};

use crate::server::{Answer, Server};
use crate::{ask, client};

/// Counts requests and adds a header. No fake: it is what users write around the default transport.
struct Counting<T> {
    inner: T,
    count: AtomicUsize,
}

impl<T: Transport> Transport for Counting<T> {
    fn send(&self, mut request: Request<Body>) -> TransportFuture<'_> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let shown = format!("{:?}", request.headers());
        assert!(!shown.contains("t-1") && !shown.contains("ZGVzazp0b2tlbg"), "{shown}");
        request.headers_mut().insert("x-seen", "yes".parse().expect("a value"));
        self.inner.send(request)
    }
}

#[tokio::test]
async fn a_transport_may_be_wrapped_shared_and_boxed() {
    let server = Server::plain(|_| Answer::Ok).await;
    let inner: Box<dyn Transport> =
        Box::new(HttpTransport::builder().build().expect("usable options"));
    let counting = Arc::new(Counting { inner, count: AtomicUsize::new(0) });
    let client = client(server.http()).transport(Arc::clone(&counting)).build();
    let desk = client.expect("usable options").with_helpdesk("desk", "token");
    desk.with_request_id("r-1").expect("fit").send_raw(ask()).await.expect("a success");
    assert_eq!(counting.count.load(Ordering::Relaxed), 2, "the request for a token too");

    let [token, call] = <[_; 2]>::try_from(server.seen()).expect("two requests");
    assert_eq!((token.header("x-seen"), call.header("x-seen")), (Some("yes"), Some("yes")));
    assert_eq!(call.header("x-lark-helpdesk-authorization"), Some("ZGVzazp0b2tlbg=="));
    assert_eq!(call.header("oapi-sdk-request-id"), Some("r-1"));
    assert_eq!(token.header("x-lark-helpdesk-authorization"), None);
    assert!(desk.with_request_id("a\nb").is_err());
}

#[tokio::test]
async fn every_request_tells_the_tag_of_its_program() {
    let server = Server::plain(|_| Answer::Ok).await;
    let client = client(server.http()).user_agent_tag("my bot/2").build().expect("usable options");
    client.send_raw(ask()).await.expect("a success");
    for asked in server.seen() {
        let agent = asked.header("user-agent").expect("there is one");
        assert!(agent.starts_with("lark-rs/") && agent.ends_with(" my_bot_2"), "{agent}");
    }
}

#[test]
fn options_without_effect_are_rejected() {
    let transport = HttpTransport::builder().build().expect("usable options");
    let builder = client("http://127.0.0.1:1").no_proxy().transport(transport);
    let error = builder.read_timeout(std::time::Duration::MAX).build().expect_err("a conflict");
    assert_eq!(error.stage(), Stage::Configure);
    assert!(error.to_string().contains("no_proxy, read_timeout: without effect"), "{error}");
}
