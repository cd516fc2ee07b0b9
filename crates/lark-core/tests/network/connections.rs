//! How many connections there are, how long they are used, and what becomes of them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::http::Request;
use lark_core::{
    Body, Client, ClientBuilder, HttpTransport, HttpTransportBuilder, RawRequest, RetryPolicy,
    Transport,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use crate::{client, each_transport};

pub(crate) const SUCCESS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"code\":0}";
const SOON: Duration = Duration::from_millis(50);

/// Connections of a server, which does with each as it is told.
pub(crate) struct Connections {
    pub(crate) url: String,
    accepted: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Connections {
    pub(crate) async fn serve<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let [accepted, open, most] = [(); 3].map(|()| Arc::new(AtomicUsize::new(0)));
        let all = Self { url, accepted, open, most };
        let (accepted, open, most) = (all.accepted.clone(), all.open.clone(), all.most.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let (serving, open) = (serve(stream), open.clone());
                tokio::spawn(async move {
                    _ = serving.await;
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        all
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(crate) async fn until_open(&self, count: usize) {
        let reached = async {
            while self.open.load(Ordering::SeqCst) != count {
                yield_now().await;
            }
        };
        let open = || self.open.load(Ordering::SeqCst);
        timeout(Duration::from_secs(10), reached).await.unwrap_or_else(|_| {
            panic!("{} connections are open instead of {count}", open());
        });
    }

    fn client(&self, options: HttpTransportBuilder) -> Client {
        let transport = options.no_proxy().build().expect("usable options");
        self.client_over(|builder| builder.transport(transport))
    }

    /// A client that repeats at once what it may repeat.
    fn client_over(&self, over: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        let retry = RetryPolicy::default().delays(Duration::ZERO, Duration::ZERO);
        over(client(&*self.url).retry(retry)).build().expect("usable options")
    }
}

/// The next request without a body; `None` at the end of the connection.
pub(crate) async fn request(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(head))
}

pub(crate) async fn answer_all(mut stream: TcpStream) -> io::Result<()> {
    while request(&mut stream).await?.is_some() {
        stream.write_all(SUCCESS).await?;
    }
    Ok(())
}

fn ask() -> RawRequest {
    RawRequest::get("/open-apis/x").without_token()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_calls_opens_no_more_connections_than_it_may() {
    for (options, most) in [
        (HttpTransport::builder(), 256),
        (HttpTransport::builder().max_connections(7), 7),
        (HttpTransport::builder().max_connections(0), 1),
    ] {
        let server = Connections::serve(answer_all).await;
        let client = server.client(options.idle_timeout(SOON));
        let mut calls = JoinSet::new();
        for _ in 0..1000 {
            let client = client.clone();
            calls.spawn(async move { client.send_raw(ask()).await });
        }
        for call in calls.join_all().await {
            call.expect("a success");
        }
        assert!(server.most.load(Ordering::SeqCst) <= most);
        assert!(server.accepted() <= most, "{} connections", server.accepted());
        // Unused, they go.
        server.until_open(0).await;
        client.send_raw(ask()).await.expect("and come again");
    }
}

#[tokio::test]
async fn a_connection_is_not_used_for_ever() {
    for (age, accepted) in [(Duration::ZERO, 3), (Duration::MAX, 1)] {
        let server = Connections::serve(answer_all).await;
        let client = server.client(HttpTransport::builder().max_connection_age(age));
        for _ in 0..3 {
            client.send_raw(ask()).await.expect("a success");
        }
        assert_eq!(server.accepted(), accepted);
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closes_is_closed_here_too() {
    let server = Connections::serve(|mut stream| async move {
        request(&mut stream).await?;
        stream.write_all(SUCCESS).await?;
        stream.shutdown().await?;
        // Until the client closes it as well.
        _ = stream.read_u8().await;
        Ok(())
    })
    .await;
    let client = server.client(HttpTransport::builder());
    client.send_raw(ask()).await.expect("a success");
    server.until_open(0).await;
}

#[tokio::test]
async fn connections_end_with_their_transport() {
    let server = Connections::serve(answer_all).await;
    let client = server.client(HttpTransport::builder());
    client.send_raw(ask()).await.expect("a success");
    server.until_open(1).await;
    drop(client);
    server.until_open(0).await;
}

#[tokio::test]
async fn connections_on_their_way_end_with_their_transport() {
    let server = Connections::serve(|mut stream| async move {
        while stream.read(&mut [0; 999]).await? > 0 {}
        Ok(())
    })
    .await;
    let transport = HttpTransport::builder().no_proxy().connect_timeout(Duration::MAX);
    let transport = transport.build().expect("usable options");
    let url = server.url.replace("http:", "https:");
    now(&mut transport.send(Request::get(url).body(Body::default()).expect("valid"))).await;
    server.until_open(1).await;
    drop(transport);
    server.until_open(0).await;
}

#[test]
fn tasks_end_with_their_transport() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (runtime, servers) = (runtime.expect("a runtime"), tokio::runtime::Runtime::new());
    let servers = servers.expect("a runtime");
    let server = servers.block_on(Connections::serve(answer_all));
    let client = server.client(HttpTransport::builder().idle_timeout(Duration::MAX));
    runtime.block_on(client.send_raw(ask())).expect("a success");
    drop(client);
    let ended = async {
        while runtime.metrics().num_alive_tasks() > 0 {
            yield_now().await;
        }
    };
    let within = async { timeout(Duration::from_secs(10), ended).await };
    runtime.block_on(within).expect("nothing is left to do");
}

#[tokio::test]
async fn a_connection_that_is_too_old_goes_before_its_idle_time_is_over() {
    let server = Connections::serve(answer_all).await;
    let client = server.client(HttpTransport::builder().max_connection_age(SOON));
    client.send_raw(ask()).await.expect("a success");
    server.until_open(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_waits_for_a_connection_that_has_just_come_free() {
    let server = Connections::serve(answer_all).await;
    let client = server.client(HttpTransport::builder().max_connections(1));
    for _ in 0..4000 {
        let [one, other] = [(); 2].map(|()| {
            let client = client.clone();
            tokio::spawn(async move { client.send_raw(ask()).await })
        });
        let both = async { (one.await, other.await) };
        let both = timeout(Duration::from_secs(10), both).await.expect("one after the other");
        both.0.expect("no panic").expect("a success");
        both.1.expect("no panic").expect("a success");
    }
}

#[tokio::test]
async fn what_was_not_sent_on_a_connection_nobody_has_used_is_sent_as_well() {
    let accepted = AtomicUsize::new(0);
    let server = Connections::serve(move |stream| {
        let is_first = accepted.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if is_first { Ok(()) } else { answer_all(stream).await } }
    })
    .await;
    let transport = HttpTransport::builder().no_proxy().build().expect("usable options");
    let send = || {
        let post = Request::post(format!("{}/x", server.url)).body(Body::default());
        transport.send(post.expect("valid"))
    };
    // It is given up before its connection is open, which is kept then.
    now(&mut send()).await;
    while server.accepted() == 0 {
        yield_now().await;
    }
    server.until_open(0).await;
    yield_now().await;
    send().await.expect("on another connection");
    assert_eq!(server.accepted(), 2);
}

/// Answers one request, reads the beginning of the next one, and hangs up.
async fn answer_and_close(mut stream: TcpStream, answered: Arc<AtomicUsize>) -> io::Result<()> {
    let Some(_) = request(&mut stream).await? else { return Ok(()) };
    let number = answered.fetch_add(1, Ordering::SeqCst);
    stream.write_all(SUCCESS).await?;
    if number.is_multiple_of(2) {
        _ = stream.read_u8().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_closes_as_a_request_comes_costs_no_call_and_doubles_none() {
    for over in each_transport() {
        let answered = Arc::new(AtomicUsize::new(0));
        let counted = answered.clone();
        let server =
            Connections::serve(move |stream| answer_and_close(stream, counted.clone())).await;
        let client = server.client_over(over);
        for _ in 0..1000 {
            let request = RawRequest::post("/open-apis/x").without_token().idempotent();
            client.send_raw(request).await.expect("it is sent again");
        }
        assert_eq!(answered.load(Ordering::SeqCst), 1000);
    }
}

/// Closes each connection at once after its answer.
async fn answer_once(mut stream: TcpStream) -> io::Result<()> {
    request(&mut stream).await?;
    stream.write_all(SUCCESS).await
}

#[tokio::test]
async fn what_was_not_sent_is_sent_on_another_connection_whatever_it_is() {
    let server = Connections::serve(answer_once).await;
    let client = server.client(HttpTransport::builder());
    for number in 1..=100 {
        // Nothing says that it may be repeated.
        client.send_raw(RawRequest::post("/open-apis/x").without_token()).await.expect("a success");
        // The end of the connection has been noticed before the next one.
        server.until_open(0).await;
        yield_now().await;
        assert_eq!(server.accepted(), number);
    }
}

/// Drops calls in any state, and sees that others succeed after them.
async fn give_up(client: &Client) {
    for polls in (0..12).cycle().take(600) {
        let mut call = Box::pin(client.send_raw(ask()));
        for _ in 0..polls {
            if now(&mut call).await {
                break;
            }
        }
    }
    for _ in 0..20 {
        client.send_raw(ask()).await.expect("a success");
    }
}

#[tokio::test]
async fn calls_that_are_given_up_leave_the_others_their_connections() {
    for over in each_transport() {
        let server = Connections::serve(answer_all).await;
        give_up(&server.client_over(over)).await;
    }
    let server = Connections::serve(answer_all).await;
    give_up(&server.client(HttpTransport::builder().max_connections(4))).await;
    assert!(server.most.load(Ordering::SeqCst) <= 5, "one may be closing");
}

/// Polls once, and lets the others run.
pub(crate) async fn now(call: &mut (impl Future + Unpin)) -> bool {
    let done = std::future::poll_fn(|cx| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *call).poll(cx).is_ready())
    })
    .await;
    yield_now().await;
    done
}

#[tokio::test]
async fn one_that_finds_no_free_connection_is_told_so() {
    let server = Connections::serve(answer_all).await;
    let options = HttpTransport::builder().max_connections(1).read_timeout(SOON).no_proxy();
    let transport = options.build().expect("usable options");
    let builder = client(&*server.url).transport(transport.clone()).retry(RetryPolicy::none());
    let client = builder.build().expect("usable options");
    // Its body is not read, so that it keeps the connection.
    let get = Request::get(format!("{}/x", server.url)).body(Body::default()).expect("valid");
    let unread = transport.send(get).await.expect("a success");

    let error = client.send_raw(ask()).await.expect_err("no connection");
    assert!(error.is_timeout() && error.is_transient());
    let place = server.url.trim_start_matches("http://");
    let crowd = format!("cannot connect: host {place}: all 1 connections are in use (max_conn");
    assert!(error.to_string().contains(&crowd), "{error}");

    let waiting = tokio::spawn(async move { client.send_raw(ask()).await });
    yield_now().await;
    unread.into_body().collect(99).await.expect("the rest of it");
    waiting.await.expect("no panic").expect("its turn has come");
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_request_ends_its_connection() {
    let server = Connections::serve(|mut stream| async move {
        if stream.read(&mut [0; 64]).await? > 0 {
            stream.write_all(SUCCESS).await?;
        }
        // Whatever else comes is not read.
        std::future::pending().await
    })
    .await;
    let client = server.client(HttpTransport::builder());
    let big = "x".repeat(32 << 20);
    let upload = RawRequest::post("/open-apis/x").without_token().json(big);
    client.send_raw(upload).await.expect("it is answered");
    client.send_raw(ask()).await.expect("on another connection");
    assert_eq!(server.accepted(), 2);
}

/// Other systems may throw away with the connection what nobody has read yet.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_read_even_if_the_server_hangs_up_during_the_request() {
    for (length, is_whole) in [("content-length: 2\r\n", true), ("", false)] {
        let server = Connections::serve(move |mut stream| async move {
            stream.read_exact(&mut [0; 64]).await?;
            // The end of the connection with so much unread is a reset.
            let answer = format!("HTTP/1.1 413 Too Large\r\n{length}\r\nno");
            stream.write_all(answer.as_bytes()).await
        })
        .await;
        let transport = HttpTransport::builder().no_proxy().build().expect("usable options");
        for _ in 0..20 {
            let big = Body::from(vec![0; 8 << 20]);
            let post = Request::post(format!("{}/x", server.url)).body(big).expect("valid");
            let response = transport.send(post).await.expect("the answer");
            assert_eq!(response.status(), 413);
            let body = response.into_body().collect(99).await;
            assert_eq!(body.is_ok(), is_whole, "a reset is not the end of a body");
        }
        server.until_open(0).await;
    }
}
