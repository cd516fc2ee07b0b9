//! One transport for several runtimes: one after another, at the same time, and some that stop.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use lark_core::http::{Request, Response};
use lark_core::{Body, HttpTransport, HttpTransportBuilder, Transport, TransportError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{advance, pause, resume};

use crate::connections::{Connections, SUCCESS, answer_all, now, request};

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A server on a runtime of its own, and a transport.
fn start(options: HttpTransportBuilder) -> (Runtime, Connections, HttpTransport) {
    let runtime = two_threads();
    let server = runtime.block_on(Connections::serve(answer_all));
    (runtime, server, transport(options))
}

fn transport(options: HttpTransportBuilder) -> HttpTransport {
    options.no_proxy().read_timeout(Duration::from_secs(5)).build().expect("usable options")
}

/// A request that may not be sent twice.
async fn post(transport: &HttpTransport, url: &str) -> Result<Response<Body>, TransportError> {
    transport.send(Request::post(url).body(Body::default()).expect("valid")).await
}

async fn call(transport: &HttpTransport, url: &str) -> Result<(), TransportError> {
    post(transport, url).await?.into_body().collect(99).await.map(drop)
}

#[test]
fn one_that_has_stopped_leaves_nothing_behind() {
    let one = HttpTransport::builder().max_connections(1).max_idle_connections(1);
    let (runtime, server, transport) = start(one);
    for number in 1..=5 {
        let here = one_thread();
        for _ in 0..3 {
            here.block_on(call(&transport, &server.url)).expect("a success");
        }
        assert_eq!(server.accepted(), number);
        drop(here);
        runtime.block_on(server.until_open(0));
    }
}

#[test]
fn one_that_stands_still_while_it_connects_delays_no_other() {
    let (_runtime, server, transport) = start(HttpTransport::builder());
    let still = one_thread();
    still.block_on(async { _ = now(&mut pin!(call(&transport, &server.url))).await });
    one_thread().block_on(call(&transport, &server.url)).expect("a success");
}

#[test]
fn connections_stay_where_they_were_opened() {
    let (_runtime, server, transport) = start(HttpTransport::builder().max_connections(1));
    let (still, here) = (one_thread(), one_thread());
    let unread = still.block_on(post(&transport, &server.url)).expect("a success");
    let mut waiting = Box::pin(call(&transport, &server.url));
    here.block_on(now(&mut waiting));
    still.block_on(unread.into_body().collect(99)).expect("the rest of it");
    here.block_on(waiting).expect("it does not depend on the other runtime");
}

#[test]
fn a_connection_that_ends_outside_of_a_runtime_makes_room_for_the_next() {
    let (_runtime, server, transport) = start(HttpTransport::builder().max_connections(1));
    let here = one_thread();
    let unread = here.block_on(post(&transport, &server.url)).expect("a success");
    let mut waiting = Box::pin(call(&transport, &server.url));
    assert!(!here.block_on(now(&mut waiting)), "there is no other connection");
    drop(unread);
    here.block_on(waiting).expect("a success");
}

#[test]
fn those_that_stop_at_any_time_cost_the_others_no_call() {
    let (_runtime, server, transport) = start(HttpTransport::builder().max_connections(3));
    let (transport, url) = (Arc::new(transport), server.url.clone());
    let repeated = async |count, transport: Arc<HttpTransport>, url: String| {
        for _ in 0..count {
            call(&transport, &url).await?;
        }
        Ok::<_, TransportError>(())
    };
    for round in 0..40 {
        let other = two_threads();
        let calls: Vec<_> =
            (0..5).map(|_| other.spawn(repeated(3, transport.clone(), url.clone()))).collect();
        let stopping = if round % 2 == 0 { two_threads() } else { one_thread() };
        for _ in 0..300 {
            stopping.spawn(repeated(99, transport.clone(), url.clone()));
        }
        stopping.block_on(async {
            for _ in 0..round % 7 {
                yield_now().await;
            }
        });
        match round % 3 {
            0 => stopping.shutdown_background(),
            _ => drop(stopping),
        }
        for done in calls {
            other.block_on(done).expect("no panic").expect("a success");
        }
    }
}

/// Answers a request, waits, and then sends `last` and closes the connection.
async fn answer_one(
    mut stream: TcpStream,
    last: &'static [u8],
    wait: Arc<Notify>,
) -> io::Result<()> {
    request(&mut stream).await?;
    stream.write_all(SUCCESS).await?;
    wait.notified().await;
    stream.write_all(last).await
}

#[test]
fn one_that_stood_still_notices_first_what_the_server_has_done() {
    const EVIL: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    for last in [&[][..], EVIL] {
        let (runtime, go_on) = (two_threads(), Arc::new(Notify::new()));
        let wait = go_on.clone();
        let serve = move |stream| answer_one(stream, last, wait.clone());
        let server = runtime.block_on(Connections::serve(serve));
        let (here, transport) = (one_thread(), transport(HttpTransport::builder()));
        for _ in 0..3 {
            let body = here.block_on(async {
                let body = post(&transport, &server.url).await.expect("a success").into_body();
                let body = body.collect(99).await.expect("a success");
                pause();
                advance(Duration::from_millis(2)).await;
                resume();
                body
            });
            assert_ne!(body, "evil");
            go_on.notify_one();
            runtime.block_on(server.until_open(0));
        }
    }
}
