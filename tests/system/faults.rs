//! What becomes of a call when something goes wrong on the way: what is made again and how often,
//! that nothing is executed twice, and what the error says.

use std::time::Duration;

use lark_contact::v3::user;
use lark_core::{Client, Error, Idempotency, RetryPolicy, Stage};
use lark_im::v1::message;
use lark_sandbox::{Fault, Sandbox, ScriptedResponse, Times};
use lark_test_support::watched;
use lark_tests::paused;
use serde_json::json;
use tokio::time::Instant;

const TOKEN: &str = "auth.v3.tenant_access_token.internal";
const LIST: &str = "contact.v3.user.list";
const CREATE: &str = "im.v1.message.create";
const SECOND: Duration = Duration::from_secs(1);

/// The kinds of request that are treated differently.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Get,
    /// Nobody knows whether it was executed.
    PostWithoutKey,
    /// The SDK makes the key.
    PostWithKey,
}
use Way::{Get, PostWithKey, PostWithoutKey};

const WAYS: [Way; 3] = [Get, PostWithoutKey, PostWithKey];

impl Way {
    fn operation(self) -> &'static str {
        if self == Get { LIST } else { CREATE }
    }

    async fn call(self, client: &Client) -> Result<(), Error> {
        let create = || {
            let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
            create.message("hello")
        };
        match self {
            Get => client.send(user::list().page_size(1)).await.map(|_| ()),
            PostWithoutKey => {
                let client = client.with_idempotency(Idempotency::Caller);
                client.send(create()).await.map(|_| ())
            }
            PostWithKey => client.send(create()).await.map(|_| ()),
        }
    }
}

/// What is seen of a call.
#[derive(Debug)]
struct Seen {
    result: Result<(), Error>,
    /// How often it was made, and how often executed if it sends a message.
    requests: u64,
    messages: usize,
}

impl Seen {
    fn counts(&self) -> (bool, u64, usize) {
        (self.result.is_ok(), self.requests, self.messages)
    }
}

/// Makes a call while something goes wrong, with hardly a pause between attempts.
async fn see(way: Way, times: Times, fault: Fault) -> Seen {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let ms = Duration::from_millis(1);
    let client = crate::client(&sandbox).with_retry(RetryPolicy::default().delays(ms, ms));
    sandbox.fault(way.operation(), times, fault);
    let result = way.call(&client).await;
    let requests = sandbox.requests_of(way.operation());
    if let Err(error) = &result {
        assert_eq!(error.operation(), way.operation());
        assert_eq!(u64::from(error.attempts()), requests, "{error}");
        assert_eq!(error.idempotency_key().is_some(), way == PostWithKey, "{error}");
        let tells = error.to_string().contains(&format!("{requests} attempts"));
        assert_eq!(tells, requests > 1, "{error}");
    }
    Seen { result, requests, messages: sandbox.messages_sent() }
}

#[tokio::test]
async fn a_server_error_is_repeated_where_that_does_no_harm() {
    for status in [500, 502, 503, 504] {
        for way in WAYS {
            let sent = usize::from(way != Get);
            let repeats = way != PostWithoutKey;
            let once = see(way, Times::Once, Fault::status(status)).await;
            let expected = if repeats { (true, 2, sent) } else { (false, 1, 0) };
            assert_eq!(once.counts(), expected, "{way:?}, {status}");
            let always = see(way, Times::Always, Fault::status(status)).await;
            assert_eq!(always.counts(), (false, if repeats { 3 } else { 1 }, 0), "{way:?}");
            let error = always.result.expect_err("a gateway's page");
            assert_eq!((error.stage(), error.code()), (Stage::Http, None), "{error}");
            assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
            assert!(error.is_transient() && !error.is_timeout(), "{error}");
            assert!(error.to_string().contains(&format!("<h1>{status}</h1>")), "{error}");
        }
    }
}

#[tokio::test]
async fn a_broken_connection_is_repeated_where_that_does_no_harm() {
    for (fault, executed) in
        [(Fault::reset(), 0), (Fault::reset_after_execution(), 1), (Fault::reset_mid_body(), 1)]
    {
        for way in WAYS {
            let repeats = way != PostWithoutKey;
            let posts = usize::from(way != Get);
            let once = see(way, Times::Once, fault.clone()).await;
            let expected = if repeats { (true, 2, posts) } else { (false, 1, executed) };
            assert_eq!(once.counts(), expected, "{way:?}, {fault:?}");
            let always = see(way, Times::Always, fault.clone()).await;
            let requests = if repeats { 3 } else { 1 };
            let expected = (false, requests, executed * posts);
            assert_eq!(always.counts(), expected, "never doubled: {way:?}, {fault:?}");
            let error = always.result.expect_err("no answer");
            assert_eq!((error.stage(), error.code()), (Stage::Send, None), "{error}");
            assert!(error.is_transient() && !error.is_timeout(), "{error}");
            assert!(error.to_string().contains("connection"), "{error}");
        }
    }
}

/// Whoever gets no answer in time can send the message again with the key that the error names.
#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_is_a_timeout_and_the_key_keeps_the_message_single() {
    for way in WAYS {
        let sandbox = paused::start(Sandbox::builder().strict()).await;
        let client = watched(paused::builder(&sandbox)).build().expect("fine");
        Get.call(&client).await.expect("a token");
        let before = sandbox.requests_of(way.operation());
        sandbox.fault(way.operation(), Times::Once, Fault::latency(SECOND * 60));
        let hasty = client.with_timeout(SECOND);
        let error = way.call(&hasty).await.expect_err("too late");
        assert_eq!(error.stage(), Stage::Send, "{error}");
        assert!(error.is_timeout() && error.is_transient(), "{error}");
        assert!(error.to_string().ends_with("no response within 1s"), "{error}");
        assert_eq!(sandbox.requests_of(way.operation()) - before, 1);
        assert_eq!(error.idempotency_key().is_some(), way == PostWithKey);
        if let Some(key) = error.idempotency_key() {
            let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
            client.send(create.message("hello").uuid(key)).await.expect("the message of before");
            assert_eq!(sandbox.messages_sent(), 1);
        }
    }
}

#[tokio::test]
async fn half_the_json_is_an_error_and_not_asked_for_again() {
    for way in WAYS {
        let seen = see(way, Times::Once, Fault::truncated_json()).await;
        assert_eq!(seen.counts(), (false, 1, usize::from(way != Get)));
        let error = seen.result.expect_err("half an answer");
        assert_eq!(error.stage(), Stage::Decode, "{error}");
        assert!(!error.is_transient() && error.log_id().is_some(), "{error}");
        let text = error.to_string();
        assert!(text.contains("not JSON") && text.contains("the response starts"), "{text}");
    }
}

#[tokio::test]
async fn types_and_a_content_type_that_are_not_as_promised_cost_nothing() {
    for fault in [Fault::drifted_types(), Fault::wrong_content_type()] {
        for way in WAYS {
            let seen = see(way, Times::Always, fault.clone()).await;
            assert_eq!(seen.counts(), (true, 1, usize::from(way != Get)), "{way:?}, {fault:?}");
        }
        // The same at the endpoint that says how long a token lives.
        let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
        let client = crate::client(&sandbox);
        sandbox.fault(TOKEN, Times::Always, fault);
        for _ in 0..2 {
            Get.call(&client).await.expect("a page");
        }
        assert_eq!(sandbox.token_requests(), 1);
    }
}

/// Each refusal for too many calls: in either status, with and without what the gateway says of its
/// limit. The seconds are how long the call has to wait at least, if that is told.
fn limits() -> [(ScriptedResponse, Option<u64>); 6] {
    let body = json!({ "code": 99_991_400, "msg": "request trigger frequency limit" });
    let (limit, reset) = ("x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset");
    let new = |status| ScriptedResponse::json(status, &body).header("X-Tt-Logid", "log-limit");
    [
        (new(429).header(limit, "50").header(reset, "3"), Some(3)),
        (new(400).header(limit, "50").header(reset, "2"), Some(2)),
        (new(400).header(limit, "50"), None),
        (new(400), None),
        (new(429), None),
        (ScriptedResponse::html(429, "<html>slow down</html>").header("Retry-After", "4"), Some(4)),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_waited_out_by_every_request_because_nothing_was_executed() {
    for (response, wait) in limits() {
        for way in WAYS {
            let sandbox = paused::start(Sandbox::builder().strict()).await;
            let client = watched(paused::builder(&sandbox)).build().expect("fine");
            client.send(message::get("om_1")).await.expect_err("there is none, but a token now");
            sandbox.respond_with(way.operation(), Times::Next(3), response.clone());
            let start = Instant::now();
            way.call(&client).await.unwrap_or_else(|error| panic!("{way:?}: {error}"));
            let waited = start.elapsed();
            let told = SECOND * u32::try_from(wait.unwrap_or(1) * 3).expect("few");
            let least = if wait.is_some() { told } else { told / 2 };
            assert!(waited >= least && waited < told * 4, "{waited:?} for {response:?}");
            assert_eq!(sandbox.requests_of(way.operation()), 4);
            assert_eq!(sandbox.messages_sent(), usize::from(way != Get));
        }
    }
}

#[tokio::test]
async fn a_rate_limit_that_is_not_waited_for_is_told_with_its_end() {
    for (response, wait) in limits() {
        for way in WAYS {
            let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
            let policy = RetryPolicy::default().wait_for_rate_limit(false);
            let client = crate::client(&sandbox).with_retry(policy);
            sandbox.respond_with(way.operation(), Times::Always, response.clone());
            let error = way.call(&client).await.expect_err("refused");
            assert!(error.is_rate_limited() && error.is_transient(), "{error}");
            assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{error}");
            assert_eq!((error.attempts(), sandbox.messages_sent()), (1, 0));
            if error.stage() == Stage::Api {
                assert_eq!((error.code(), error.log_id()), (Some(99_991_400), Some("log-limit")));
            }
        }
    }
}

/// A fetch of a token survives what a call would survive, and the call does not notice.
#[tokio::test(start_paused = true)]
async fn a_fetch_of_a_token_survives_a_mishap() {
    for fault in [
        Fault::status(500),
        Fault::status(503),
        Fault::reset(),
        Fault::reset_after_execution(),
        Fault::reset_mid_body(),
        Fault::rate_limited(2),
    ] {
        for way in WAYS {
            let sandbox = paused::start(Sandbox::builder().strict()).await;
            let client = watched(paused::builder(&sandbox)).build().expect("fine");
            // Whatever the policy of the call itself is.
            let client = client.with_retry(RetryPolicy::none());
            sandbox.fault(TOKEN, Times::Once, fault.clone());
            way.call(&client).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
            assert_eq!((sandbox.token_requests(), sandbox.requests_of(way.operation())), (2, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_stays_away_is_named_by_the_call() {
    for (fault, requests, text) in [
        (Fault::status(502), 3, "not JSON: expected value"),
        (Fault::reset(), 3, "the connection broke"),
        (Fault::truncated_json(), 1, "not JSON: EOF"),
        (Fault::latency(SECOND * 120), 1, "no response within 10s"),
        (Fault::rate_limited(600), 1, "code 99991400"),
    ] {
        let sandbox = paused::start(Sandbox::builder().strict()).await;
        let client = watched(paused::builder(&sandbox).timeout(SECOND * 10));
        let client = client.build().expect("fine");
        sandbox.fault(TOKEN, Times::Always, fault.clone());
        let error = PostWithKey.call(&client).await.expect_err("no token");
        assert_eq!((error.operation(), error.attempts()), (CREATE, 0), "{error}");
        let text = format!("{CREATE}: token: {text}");
        assert!(error.stage() == Stage::Token && error.to_string().starts_with(&text), "{error}");
        assert_eq!((sandbox.token_requests(), sandbox.requests_of(CREATE)), (requests, 0));
    }
}

/// An update and a recall are idempotent by their methods, PUT and DELETE.
#[tokio::test]
async fn an_update_is_repeated_after_an_answer_that_was_lost() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
    let id = client.send(create.message("hello")).await.expect("sent").message_id;
    sandbox.fault("im.v1.message.update", Times::Once, Fault::reset_after_execution());
    client.send(message::update(&id).message("corrected")).await.expect("updated twice");
    assert_eq!(sandbox.requests_of("im.v1.message.update"), 2);
    sandbox.fault("im.v1.message.delete", Times::Once, Fault::status(502));
    client.send(message::delete(&id)).await.expect("recalled");
    assert_eq!(sandbox.requests_of("im.v1.message.delete"), 2);
}
