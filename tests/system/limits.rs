//! Calls by the hundred against the platform's limits: none is lost, none is made twice, and few are
//! refused once the limit is known. On tokio's paused clock, so a minute takes no time.

use std::sync::Arc;
use std::time::Duration;

use lark_contact::v3::user;
use lark_core::{Client, Rate, Transport as _};
use lark_im::v1::message::{self, CreateMessageRequest};
use lark_sandbox::{App, RateLimit, RecordedCall, Sandbox};
use lark_test_support::{FakeTransport, watched};
use lark_tests::paused;
use tokio::time::Instant;

const CREATE: &str = "im.v1.message.create";
const LIST: &str = "contact.v3.user.list";
const SENDS: usize = 200;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// Enough for 200 calls at 5 a second, or at 60 a minute.
const PATIENCE: Duration = Duration::from_secs(600);

fn build(builder: lark_core::ClientBuilder) -> Client {
    watched(builder.timeout(PATIENCE)).build().expect("fine")
}

/// Sends messages, all at once; each must arrive.
async fn send(client: &Client, count: usize) {
    let calls: Vec<_> = (0..count)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
                client.send(create.message(format!("message {n}"))).await
            })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
}

/// What share of the requests was refused after `from`.
fn share(records: &[RecordedCall], from: Duration) -> f64 {
    let late: Vec<_> = records.iter().filter(|record| record.at >= from).collect();
    let refused = late.iter().filter(|record| record.code == Some(99_991_400)).count();
    let count = |number: usize| u32::try_from(number).map(f64::from).expect("few");
    count(refused) / count(late.len().max(1))
}

/// What is measured of a crowd of calls.
struct Crowd {
    limit: RateLimit,
    /// How many clients of one app send the messages between them.
    clients: usize,
    /// What a request takes, in milliseconds.
    latency: (u64, u64),
}

impl Crowd {
    fn of_one_client(limit: RateLimit, latency: (u64, u64)) -> Self {
        Self { limit, clients: 1, latency }
    }

    /// The share of the requests that were refused after the first window, and how long all took.
    async fn refused(&self, window: Duration) -> (f64, Duration) {
        let sandbox = paused::start(Sandbox::builder().strict()).await;
        sandbox.rate_limit(CREATE, self.limit);
        let ms = Duration::from_millis;
        let start = Instant::now();
        let crowds: Vec<_> = (0..self.clients)
            .map(|_| {
                let (least, most) = (ms(self.latency.0), ms(self.latency.1));
                let transport = paused::in_process(&sandbox, least, most);
                let client = build(paused::builder(&sandbox).transport(transport));
                let count = SENDS / self.clients;
                tokio::spawn(async move { send(&client, count).await })
            })
            .collect();
        for crowd in crowds {
            crowd.await.expect("all sent");
        }
        assert_eq!(sandbox.messages_sent(), SENDS, "nothing lost, nothing doubled");
        assert!(sandbox.rate_limited(CREATE) > 0, "the limit was met");
        let records = sandbox.calls_of(CREATE);
        (share(&records, records[0].at + window), start.elapsed())
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_sends_at_five_a_second_in_either_status_and_from_near_and_far() {
    let limit = RateLimit::per_second(5);
    for limit in [limit, limit.in_status(400), limit.in_status(400).without_reset()] {
        for latency in [(0, 0), (20, 60), (50, 400)] {
            let (share, took) = Crowd::of_one_client(limit, latency).refused(SECOND).await;
            assert!(share <= 0.1, "{share:.3} of {limit:?} at {latency:?} ms");
            assert!(took < SECOND * 60, "{took:?} for {limit:?} at {latency:?} ms");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_sends_at_sixty_a_minute() {
    for latency in [(0, 0), (20, 60), (50, 400)] {
        let crowd = Crowd::of_one_client(RateLimit::per_minute(60), latency);
        let (share, took) = crowd.refused(MINUTE).await;
        assert!(share <= 0.1, "{share:.3} at {latency:?} ms");
        assert!(took < MINUTE * 5, "{took:?} at {latency:?} ms");
    }
}

/// Clients that do not know of each other cannot keep to a limit that they share; still nothing is
/// lost, and the platform's work is not for nothing more often than every other time.
#[tokio::test(start_paused = true)]
async fn clients_that_share_a_limit_lose_nothing_either() {
    for (limit, window) in [(RateLimit::per_second(5), SECOND), (RateLimit::per_minute(60), MINUTE)]
    {
        let crowd = Crowd { limit, clients: 4, latency: (20, 60) };
        let (share, took) = crowd.refused(window).await;
        assert!(share <= 0.5, "{share:.3} of {limit:?}");
        assert!(took < MINUTE * 5, "{took:?} for {limit:?}");
    }
}

/// The way to a platform that rejects calls and does not say what its limit is.
fn without_limits(inner: FakeTransport) -> FakeTransport {
    FakeTransport::handling(move |request| {
        let inner = inner.clone();
        async move {
            let mut response = inner.send(request).await?;
            response.headers_mut().remove("x-ogw-ratelimit-limit");
            response.headers_mut().remove("x-ogw-ratelimit-reset");
            Ok(response)
        }
    })
}

/// What the limit allows takes 40 s. Who has to find it out takes longer, but not for ever longer.
#[tokio::test(start_paused = true)]
async fn a_limit_of_which_nothing_is_told_is_found_out() {
    const RUNS: u32 = 5;
    for latency in [(0, 0), (20, 60), (50, 400)] {
        let mut shares = 0.0;
        for _ in 0..RUNS {
            shares += refused_in_the_dark(latency).await;
        }
        // Of one run alone it depends on the random times of late answers.
        let share = shares / f64::from(RUNS);
        assert!(share <= 0.15, "{share:.3} at {latency:?} ms");
    }
}

/// The share of the requests that were refused after the first second.
async fn refused_in_the_dark(latency: (u64, u64)) -> f64 {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    sandbox.rate_limit(CREATE, RateLimit::per_second(5).in_status(400));
    let ms = Duration::from_millis;
    let way = paused::in_process(&sandbox, ms(latency.0), ms(latency.1));
    let client = build(paused::builder(&sandbox).transport(without_limits(way)));
    let start = Instant::now();
    send(&client, SENDS).await;
    assert_eq!(sandbox.messages_sent(), SENDS, "nothing lost, nothing doubled");
    assert!(start.elapsed() < SECOND * 100, "{:?} at {latency:?} ms", start.elapsed());
    let records = sandbox.calls_of(CREATE);
    share(&records, records[0].at + SECOND)
}

/// A limited operation holds up neither another one nor another tenant.
#[tokio::test(start_paused = true)]
async fn operations_and_tenants_do_not_wait_for_each_other() {
    let app = App::marketplace("cli_0000000000000001", "secret of app 1");
    let builder = Sandbox::builder().strict().add_app(app).tenants(["tenant_a", "tenant_b"]);
    let sandbox = paused::start(builder).await;
    sandbox.rate_limit(CREATE, RateLimit::per_second(5));
    let transport = paused::in_process(&sandbox, Duration::ZERO, Duration::ZERO);
    let builder = Client::builder("cli_0000000000000001", "secret of app 1").transport(transport);
    let builder = builder.base_url(sandbox.base_url());
    let client = build(builder.app_ticket(sandbox.app_ticket("cli_0000000000000001")));
    let (a, b) = (client.for_tenant("tenant_a"), client.for_tenant("tenant_b"));
    let start = Instant::now();
    let crowd = {
        let a = a.clone();
        tokio::spawn(async move { send(&a, 100).await })
    };
    // The crowd has met its limit by then.
    tokio::time::advance(Duration::from_millis(500)).await;
    a.send(user::list()).await.expect("another operation");
    send(&b, 5).await;
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert!(sandbox.rate_limited(CREATE) > 0 && !crowd.is_finished());
    crowd.await.expect("all sent");
    assert!(start.elapsed() > SECOND * 15, "{:?}", start.elapsed());
    assert_eq!(sandbox.messages_sent(), 105);
    assert_eq!(sandbox.requests_of(LIST), 1);
}

/// With a limit of its own the client does not meet the platform's at all.
#[tokio::test(start_paused = true)]
async fn a_client_that_knows_the_limit_is_never_refused() {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    sandbox.rate_limit(CREATE, RateLimit::per_second(5));
    let transport = paused::in_process(&sandbox, Duration::ZERO, Duration::ZERO);
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let builder = builder.base_url(sandbox.base_url()).transport(transport);
    let client = build(builder.rate_limit::<CreateMessageRequest>(Rate::per_second(5)));
    let start = Instant::now();
    send(&client, SENDS).await;
    assert_eq!((sandbox.rate_limited(CREATE), sandbox.messages_sent()), (0, SENDS));
    assert!(start.elapsed() < SECOND * 45, "{:?}", start.elapsed());
}

/// Calls whose turn would come after their deadline say so at once, or at the end of it, and are not
/// sent.
#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_have_its_turn_in_time_says_so() {
    let sandbox: Arc<Sandbox> = paused::start(Sandbox::builder().strict()).await;
    sandbox.rate_limit(CREATE, RateLimit::per_minute(1));
    let client = build(paused::builder(&sandbox)).with_timeout(SECOND * 5);
    let create = || {
        let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
        client.send(create.message("hello"))
    };
    create().await.expect("the first of the minute");
    let start = Instant::now();
    let error = create().await.expect_err("refused");
    assert!(error.is_rate_limited() && error.retry_after().is_some(), "{error}");
    assert_eq!(error.code(), Some(99_991_400));
    let sent = sandbox.requests_of(CREATE);
    let error = create().await.expect_err("it would wait for too long");
    assert!(error.is_rate_limited() && error.is_transient(), "{error}");
    assert!(error.to_string().contains("its rate limit lasts for"), "{error}");
    assert!(start.elapsed() < SECOND, "nobody waits in vain: {:?}", start.elapsed());
    assert_eq!((sandbox.requests_of(CREATE), sandbox.messages_sent()), (sent, 1));
}

/// Nor does one say that the platform gave no answer, which was not asked: it stood behind a call that
/// had more time.
#[tokio::test(start_paused = true)]
async fn a_call_that_stood_in_line_until_its_end_says_so() {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let client =
        build(paused::builder(&sandbox).rate_limit::<CreateMessageRequest>(Rate::per_minute(1)));
    send(&client, 1).await;
    let patient = {
        let client = client.clone();
        tokio::spawn(async move { send(&client, 1).await })
    };
    tokio::task::yield_now().await;
    let create = message::create().receive_id_type("chat_id").receive_id("oc_1").message("x");
    let error = client.with_timeout(SECOND * 5).send(create).await.expect_err("no turn");
    assert_eq!(
        error.to_string(),
        "im.v1.message.create: send: its rate limit gave it no turn within 5s"
    );
    assert!(error.is_rate_limited() && error.is_timeout() && error.attempts() == 0, "{error}");
    patient.await.expect("sent");
    assert_eq!(sandbox.messages_sent(), 2);
}
