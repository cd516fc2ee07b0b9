//! Tokens are renewed ahead of their end, whatever becomes of the token endpoint meanwhile, and
//! whatever the clocks say.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_contact::v3::user;
use lark_core::{Client, MemoryStore, Stage, StoreEntry, TokenKind, TokenStore};
use lark_oauth::{OAuth, UserSessions};
use lark_sandbox::{Clock, Fault, Sandbox, Times};
use lark_test_support::watched;
use lark_tests::paused;
use tokio::time::{Instant, advance, sleep};

const TOKEN: &str = "auth.v3.tenant_access_token.internal";
const LIST: &str = "contact.v3.user.list";

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// When a token that lives for two hours is due, a tenth of that before its end.
const DUE: Duration = Duration::from_secs(6480);
const LIFE: Duration = Duration::from_secs(7200);

async fn call(client: &Client) -> Result<(), lark_core::Error> {
    client.send(user::list().page_size(1)).await.map(|_| ())
}

/// Calls every 100 ms, and gives how many there were. None may fail.
async fn call_for(client: &Client, time: Duration) -> u32 {
    let (start, mut calls) = (Instant::now(), 0);
    while start.elapsed() < time {
        call(client).await.unwrap_or_else(|error| panic!("after {:?}: {error}", start.elapsed()));
        calls += 1;
        sleep(Duration::from_millis(100)).await;
    }
    calls
}

/// Everything that can be wrong with the token endpoint for a minute.
fn troubles() -> [(&'static str, Fault); 7] {
    [
        ("500", Fault::status(500)),
        ("502", Fault::status(502)),
        ("reset", Fault::reset()),
        ("slow", Fault::latency(SECOND * 50)),
        ("half", Fault::truncated_json()),
        ("limited", Fault::rate_limited(20)),
        ("mid body", Fault::reset_mid_body()),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_minute_without_the_token_endpoint_costs_no_call_while_the_old_token_serves() {
    for (name, trouble) in troubles() {
        let sandbox = paused::start(Sandbox::builder().strict()).await;
        let client = watched(paused::builder(&sandbox)).build().expect("fine");
        call(&client).await.expect("the first token");
        advance(DUE - SECOND * 5).await;
        assert_eq!(sandbox.token_requests(), 1, "{name}: not due yet");
        sandbox.fault(TOKEN, Times::Always, trouble);
        let start = Instant::now();
        let calls = call_for(&client, SECOND * 65).await;
        assert!(calls > 400, "{name}: no call waited for the token endpoint: {calls}");
        let asked = sandbox.token_requests() - 1;
        assert!((2..=60).contains(&asked), "{name}: it was asked in moderation: {asked} times");
        sandbox.clear_faults();
        call_for(&client, SECOND * 35).await;
        // The new token is there well before the old one ends, so its end is not noticed.
        let asked = sandbox.token_requests();
        advance(LIFE - DUE - start.elapsed() + SECOND * 6).await;
        call(&client).await.expect("with the new token");
        assert_eq!(sandbox.token_requests(), asked, "{name}");
        let refused = sandbox.calls_of(LIST).iter().filter(|it| it.code != Some(0)).count();
        assert_eq!(refused, 0, "{name}: no call went out with a token that had ended");
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_old_token_has_ended_calls_say_why_and_work_again_with_the_endpoint() {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let client = watched(paused::builder(&sandbox)).build().expect("fine");
    call(&client).await.expect("the first token");
    advance(LIFE).await;
    sandbox.fault(TOKEN, Times::Always, Fault::status(503));
    let error = call(&client).await.expect_err("no token");
    assert_eq!((error.stage(), error.operation()), (Stage::Token, LIST), "{error}");
    assert!(error.is_transient() && error.to_string().contains("HTTP 503"), "{error}");
    sandbox.clear_faults();
    call(&client).await.expect("at once, without a pause");
}

#[tokio::test(start_paused = true)]
async fn a_day_of_calls_meets_no_token_that_has_ended() {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let client = watched(paused::builder(&sandbox)).build().expect("fine");
    let start = Instant::now();
    while start.elapsed() < DAY {
        call(&client).await.expect("a page");
        sleep(SECOND * 60).await;
    }
    assert!(sandbox.calls_of(LIST).iter().all(|record| record.code == Some(0)));
    let asked = sandbox.token_requests();
    assert!((13..=16).contains(&asked), "about every two hours: {asked}");
}

/// The sandbox's wall clock, as wrong as a test wants it.
#[derive(Clone, Default)]
struct Wrong(Arc<AtomicI64>);

impl Wrong {
    fn set(&self, days: i64) {
        self.0.store(days, Ordering::SeqCst);
    }
}

impl Clock for Wrong {
    fn now(&self) -> SystemTime {
        let days = self.0.load(Ordering::SeqCst);
        let by = DAY * u32::try_from(days.unsigned_abs()).expect("few");
        if days < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
    }
}

#[tokio::test]
async fn the_clocks_of_client_and_platform_need_not_agree() {
    let clock = Wrong::default();
    for days in [-400, -1, 1, 400] {
        clock.set(days);
        let builder = Sandbox::builder().strict().clock(clock.clone());
        let sandbox = builder.start().await.expect("a free port");
        let client = crate::client(&sandbox);
        call(&client).await.expect("from the start");
        for jump in [1, -1, 0] {
            clock.set(days + jump);
            call(&client).await.unwrap_or_else(|error| panic!("{days} {jump}: {error}"));
        }
    }
}

#[tokio::test]
async fn a_day_that_the_platform_is_ahead_costs_one_token_and_no_call() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    call(&client).await.expect("the first token");
    for day in 1..=3 {
        sandbox.advance(DAY);
        call(&client).await.expect("with a new token");
        assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (day + 1, 2 * day + 1));
    }
}

/// A store in which another process has put `token`, with so much of its life left by our clock.
async fn shared(sandbox: &Sandbox, token: &str, left: i64) -> (MemoryStore, [Client; 2]) {
    let store = MemoryStore::new();
    let clients = [(); 2].map(|()| {
        let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let builder = builder.base_url(sandbox.base_url()).store(store.clone());
        watched(builder).build().expect("fine")
    });
    let key = clients[0].token_key(TokenKind::Tenant).expect("the store has those");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let end = now.checked_add_signed(left).expect("after 1970");
    let expires_at = Some(UNIX_EPOCH + Duration::from_secs(end));
    let entry = StoreEntry { value: token.into(), expires_at };
    store.put(&key, entry).await.expect("in memory");
    (store, clients)
}

#[tokio::test]
async fn a_token_stored_under_a_clock_that_is_wrong_harms_nobody() {
    const HOUR: i64 = 3600;
    for (days, left) in [("a day ahead", 26 * HOUR), ("a day behind", -22 * HOUR)] {
        let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
        let (store, [one, other]) = shared(&sandbox, "t-of-another-day", left).await;
        call(&one).await.unwrap_or_else(|error| panic!("{days}: {error}"));
        call(&other).await.unwrap_or_else(|error| panic!("{days}: {error}"));
        assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (1, 2), "{days}");
        let key = one.token_key(TokenKind::Tenant).expect("the store has those");
        let entry = store.get(&key).await.expect("in memory").expect("replaced");
        assert_ne!(entry.value, "t-of-another-day".into());
    }
    // A clock that is wrong by less cannot be told from a right one; the platform tells.
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let (_, [one, other]) = shared(&sandbox, "t-of-an-hour-ago", HOUR).await;
    call(&one).await.expect("refused once, and made again");
    call(&other).await.expect("with the new one");
    assert_eq!((sandbox.token_requests(), sandbox.requests_of(LIST)), (1, 3));
}

#[tokio::test]
async fn of_two_clients_with_one_store_the_second_takes_what_the_first_has_renewed() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let (_, [one, other]) = shared(&sandbox, "t-none", -1).await;
    call(&one).await.expect("a first token");
    call(&other).await.expect("the same");
    sandbox.revoke_tokens();
    call(&one).await.expect("a second token");
    call(&other).await.expect("the same");
    assert_eq!(sandbox.token_requests(), 2);
}

/// Grants of users have their end by the clock of whoever stored them.
#[tokio::test]
async fn a_users_session_survives_clocks_that_disagree() {
    for days in [-1_i64, 1] {
        let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
        let client = crate::client(&sandbox);
        let there = OAuth::new(&client);
        let authorization = there.authorize("https://bot.example.com/callback").offline_access();
        let authorization = authorization.build().expect("the URL is one");
        let callback = sandbox.authorize(authorization.url());
        let grant = there.exchange_callback(&authorization, &callback).await.expect("signed in");
        let clock = Wrong::default();
        clock.set(days);
        let here = OAuth::new(&client).clock(move || clock.now());
        let sessions = UserSessions::with_oauth(&here);
        sessions.save("ann", &grant).await.expect("stored");
        let ann = client.as_session(sessions.session("ann"));
        call(&ann).await.unwrap_or_else(|error| panic!("{days}: {error}"));
        sandbox.advance(DAY);
        call(&ann).await.unwrap_or_else(|error| panic!("{days}, a day later: {error}"));
        assert_eq!(sandbox.refresh_reuses(), 0);
    }
}
