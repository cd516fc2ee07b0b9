//! Streams of pages in time: reading ahead, cancellation, lists without end in sight.

mod pages_common;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream;
use lark_core::{Client, Items, Pages, Result};
use lark_test_support::{FakeResponse, FakeTransport, client_builder};
use pages_common::{List, page};
use tokio::time::{Instant, sleep, timeout};

const LATENCY: Duration = Duration::from_millis(50);
const WORK: Duration = LATENCY;

/// A list of so many pages, which counts requests and responses.
struct Server(FakeTransport);

impl Server {
    /// There are `items` on each page but the even ones, which are empty.
    fn new(pages: usize, items: usize, latency: Duration) -> Self {
        let transport = FakeTransport::answering(move |request| {
            let token = request.query("page_token");
            let number = token.map_or(0, |it| it.parse().expect("a token of this server"));
            let count = items * ((number + 1) % 2);
            let names: Vec<String> = (0..count).map(|i| format!("{number}-{i}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let next: usize = number + 1;
            let data = page(&names, next < pages, &next.to_string());
            FakeResponse::ok(&data).after(latency)
        });
        Self(transport.without_recording())
    }

    fn client(&self) -> Client {
        let builder = client_builder(self.0.clone());
        builder.build().expect("the options are fine").with_tenant_token("t-1")
    }

    fn requests(&self) -> usize {
        self.0.request_count()
    }

    fn responses(&self) -> usize {
        self.0.response_count()
    }
}

/// How long a client takes that works on every page as long as the server does.
async fn consume(mut pages: Pages<List>) -> Duration {
    let started = Instant::now();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page.expect("it works");
        sleep(WORK).await;
        count += 1;
    }
    assert_eq!(count, 100);
    started.elapsed()
}

#[tokio::test(start_paused = true)]
async fn reading_ahead_hides_the_latency_behind_the_work() {
    let server = Server::new(100, 1, LATENCY);
    let client = server.client();
    let plain = consume(client.pages(List::default())).await;
    let ahead = consume(client.pages(List::default()).read_ahead()).await;
    assert_eq!(server.requests(), 200);
    assert!(ahead.as_secs_f64() <= 0.6 * plain.as_secs_f64(), "{ahead:?} of {plain:?}");
}

/// It is there although nobody asked for it.
#[tokio::test(start_paused = true)]
async fn no_more_than_one_page_is_read_ahead() {
    let server = Server::new(10, 1, LATENCY);
    let mut pages = server.client().pages(List::default()).read_ahead();
    assert_eq!(server.requests(), 0);
    for number in 1..=10 {
        assert!(pages.next().await.is_some());
        let token = pages.token().map(str::to_owned);
        assert_eq!(token, (number < 10).then(|| number.to_string()));
        sleep(LATENCY * 20).await;
        assert_eq!(server.responses(), 10.min(number + 1));
    }
    assert!(pages.next().await.is_none());
    assert_eq!(server.requests(), 10);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_ends_what_it_has_under_way() {
    let server = Server::new(10, 1, LATENCY);
    let mut pages = server.client().pages(List::default()).read_ahead();
    assert!(pages.next().await.is_some());
    sleep(LATENCY / 2).await;
    assert_eq!(server.requests(), 2);
    drop(pages);
    sleep(LATENCY * 20).await;
    assert_eq!((server.requests(), server.responses()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn dropping_a_wait_loses_nothing() {
    let server = Server::new(3, 1, LATENCY);
    let mut items = server.client().items(List::default());
    let mut seen = Vec::new();
    loop {
        match timeout(LATENCY / 4, items.next()).await {
            Err(_) => {}
            Ok(Some(item)) => seen.push(item.expect("it works").id),
            Ok(None) => break,
        }
    }
    assert_eq!(seen, ["0-0", "2-0"]);
    assert_eq!(server.requests(), 3);
}

/// Each page has the whole timeout of a call, and one that takes longer ends the stream.
#[tokio::test(start_paused = true)]
async fn the_timeout_is_that_of_one_page() {
    let server = Server::new(50, 1, LATENCY);
    let client = server.client().with_timeout(LATENCY * 2);
    assert_eq!(client.items(List::default()).collect_up_to(99).await.expect("it works").len(), 25);
    let hasty = client.with_timeout(LATENCY / 2);
    for stream in [hasty.items(List::default()), hasty.items(List::default()).read_ahead()] {
        assert!(stream.collect_up_to(99).await.expect_err("too late").is_timeout());
    }
}

fn assert_stream<T>(
    stream: impl Stream<Item = Result<T>> + Send + Unpin + 'static,
) -> impl Stream<Item = Result<T>> {
    stream
}

#[tokio::test]
async fn they_are_streams_that_can_be_sent_elsewhere() {
    let client = Server::new(4, 2, Duration::ZERO).client();
    let counted = tokio::spawn(async move {
        let mut stream: Pin<Box<dyn Stream<Item = _> + Send>> =
            Box::pin(assert_stream(client.items(List::default())));
        let mut count = 0;
        while let Some(item) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            assert!(item.is_ok());
            count += 1;
        }
        let mut pages = assert_stream(client.pages(List::default()));
        while poll_fn(|cx| Pin::new(&mut pages).poll_next(cx)).await.is_some() {
            count += 1;
        }
        count
    });
    assert_eq!(counted.await.expect("no panic"), 8);
}

/// The most memory that this process has ever held, in KiB.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("a line of it");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

#[cfg(not(target_os = "linux"))]
fn peak() -> usize {
    0
}

/// Every answer is there at once, so that the stream goes from page to page without a break; half of
/// them are empty. The items of all pages would fill more than 10 MiB.
async fn drain(mut items: Items<List>) -> usize {
    let mut count = 0;
    let mut warm = 0;
    while let Some(item) = items.next().await {
        let item = item.expect("it works");
        count += 1;
        if item.id == "1000-0" {
            warm = peak();
        }
    }
    let growth = peak() - warm;
    assert!(growth < 4 << 10, "{growth} KiB more after 10,000 pages than after 1,000");
    count
}

#[test]
fn ten_thousand_pages_need_no_more_memory_or_stack_than_one() {
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let server = Server::new(10_000, 50, Duration::ZERO);
        let items = server.client().items(List::default());
        let count = runtime.expect("a runtime").block_on(drain(items));
        (count, server.requests())
    };
    let handle = thread.spawn(run).expect("a thread");
    assert_eq!(handle.join().expect("no overflow"), (250_000, 10_000));
}
