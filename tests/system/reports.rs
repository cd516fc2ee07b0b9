//! What a program can measure of its calls, and what its logs say of them: enough to find a call, and
//! nothing of what was in it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_contact::v3::user;
use lark_core::{Client, ClientBuilder, RawRequest, RetryPolicy};
use lark_im::v1::message;
use lark_sandbox::{Fault, Sandbox, ScriptedResponse, Times};
use lark_tests::paused;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

const TOKEN: &str = "auth.v3.tenant_access_token.internal";
const LIST: &str = "contact.v3.user.list";
const CREATE: &str = "im.v1.message.create";
/// What each request takes.
const LATENCY: Duration = Duration::from_millis(40);

/// A report, as a metrics library would keep it.
#[derive(Clone, Debug)]
struct Told {
    operation: String,
    method: String,
    code: Option<i64>,
    status: Option<u16>,
    attempts: u32,
    latency: Duration,
    token_wait: Duration,
    limit_wait: Duration,
}

/// What was reported so far.
type Reports = Arc<Mutex<Vec<Told>>>;

fn counted(builder: ClientBuilder) -> (Client, Reports) {
    lark_canary::up();
    let told = Reports::default();
    let book = Arc::clone(&told);
    let builder = builder.on_call(move |report| {
        lark_canary::check_or_abort(&format!("{report:?}"));
        let status = match report.outcome {
            Ok(status) => Some(status),
            Err(error) => error.status(),
        };
        book.lock().expect("no panic").push(Told {
            operation: report.operation.to_owned(),
            method: report.method.to_string(),
            code: report.code(),
            status: status.map(|it| it.as_u16()),
            attempts: report.attempts,
            latency: report.latency,
            token_wait: report.token_wait,
            limit_wait: report.limit_wait,
        });
    });
    (builder.build().expect("fine"), told)
}

async fn scene() -> (Arc<Sandbox>, Client, Reports) {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let transport = paused::in_process(&sandbox, LATENCY, LATENCY);
    let (client, told) = counted(paused::builder(&sandbox).transport(transport));
    (sandbox, client, told)
}

fn take(told: &Reports) -> Vec<Told> {
    std::mem::take(&mut *told.lock().expect("no panic"))
}

/// The one report since the last look.
fn one(told: &Reports) -> Told {
    let mut all = take(told);
    assert_eq!(all.len(), 1, "{all:?}");
    all.pop().expect("one")
}

/// Latencies are told to the millisecond, and tokio's clock has no finer one.
fn about(time: Duration, expected: Duration) -> bool {
    time.abs_diff(expected) <= Duration::from_millis(3)
}

fn create(text: &str) -> message::CreateMessageRequest {
    message::create().receive_id_type("chat_id").receive_id("oc_1").message(text)
}

#[tokio::test(start_paused = true)]
async fn a_success_is_reported_with_its_time_and_the_fetch_of_its_token_by_itself() {
    let (_sandbox, client, told) = scene().await;
    client.send(create("hello")).await.expect("sent");
    let [token, call] = &take(&told)[..] else { panic!("two reports") };
    assert_eq!((&*token.operation, token.attempts, token.code), (TOKEN, 1, Some(0)));
    assert!(about(token.latency, LATENCY), "{token:?}");
    assert_eq!((&*call.operation, &*call.method), (CREATE, "POST"));
    assert_eq!((call.status, call.code, call.attempts), (Some(200), Some(0), 1));
    assert!(about(call.token_wait, LATENCY) && about(call.latency, LATENCY * 2), "{call:?}");
    client.send(create("hello")).await.expect("sent");
    let call = one(&told);
    assert!(about(call.latency, LATENCY), "{call:?}");
    assert_eq!((call.token_wait, call.limit_wait), (Duration::ZERO, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn retries_and_waits_are_told_apart() {
    let (sandbox, client, told) = scene().await;
    client.send(create("hello")).await.expect("sent");
    take(&told);
    sandbox.fault(CREATE, Times::Next(2), Fault::status(502));
    client.send(create("hello")).await.expect("the third time");
    let call = one(&told);
    assert_eq!((call.code, call.attempts), (Some(0), 3));
    assert!(call.latency > LATENCY * 3 + Duration::from_millis(300), "{call:?}");
    assert_eq!((call.token_wait, call.limit_wait), (Duration::ZERO, Duration::ZERO));

    sandbox.fault(CREATE, Times::Once, Fault::rate_limited(3));
    client.send(create("hello")).await.expect("after three seconds");
    let call = one(&told);
    assert_eq!((call.code, call.attempts), (Some(0), 2));
    assert!((3000..3100).contains(&call.limit_wait.as_millis()), "{call:?}");
    assert!(about(call.latency, call.limit_wait + LATENCY * 2), "{call:?}");

    sandbox.revoke_tokens();
    client.send(create("hello")).await.expect("with a new token");
    let [token, call] = &take(&told)[..] else { panic!("two reports") };
    assert_eq!((&*token.operation, &*call.operation, call.attempts), (TOKEN, CREATE, 2));
    assert!(about(call.token_wait, LATENCY) && about(call.latency, LATENCY * 3), "{call:?}");
}

#[tokio::test(start_paused = true)]
async fn failures_are_reported_with_their_code_if_there_is_one() {
    let (sandbox, client, told) = scene().await;
    let client = client.with_retry(RetryPolicy::none());
    client.send(create("hello")).await.expect("sent");
    take(&told);
    let get = || client.send(message::get("om_none"));
    get().await.expect_err("there is none");
    let call = one(&told);
    assert_eq!((&*call.operation, &*call.method), ("im.v1.message.get", "GET"));
    assert_eq!((call.status, call.code, call.attempts), (Some(400), Some(230_001), 1));
    for (fault, status, code) in [
        (Fault::rate_limited(3), Some(429), Some(99_991_400)),
        (Fault::status(503), Some(503), None),
        (Fault::reset(), None, None),
        (Fault::latency(Duration::from_secs(99)), None, None),
    ] {
        let slow = fault == Fault::latency(Duration::from_secs(99));
        sandbox.fault("im.v1.message.get", Times::Once, fault.clone());
        get().await.expect_err("it went wrong");
        let call = one(&told);
        assert_eq!((call.status, call.code, call.attempts), (status, code, 1), "{fault:?}");
        assert_eq!(call.latency >= Duration::from_secs(30), slow, "{call:?}");
    }
    let user = client.as_user("u-1");
    user.send(message::update("om_1").message("x")).await.expect_err("not a user's");
    client.send(message::create()).await.expect_err("nothing in it");
    assert!(take(&told).is_empty(), "what is refused before any I/O is no call");
}

#[tokio::test(start_paused = true)]
async fn each_of_a_thousand_calls_is_reported_once() {
    let (sandbox, client, told) = scene().await;
    sandbox.fault(LIST, Times::Next(100), Fault::status(500));
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(user::list().page_size(1)).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    let told = take(&told);
    let calls: Vec<_> = told.iter().filter(|it| it.operation == LIST).collect();
    let attempts: u64 = calls.iter().map(|it| u64::from(it.attempts)).sum();
    assert_eq!((calls.len(), told.len()), (1000, 1001));
    assert_eq!((attempts, sandbox.requests_of(LIST)), (1100, 1100));
}

/// Everything that is traced and logged on this thread.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    /// The spans that have ended, by name, with their fields.
    spans: Vec<(&'static str, Fields)>,
    texts: Vec<String>,
}

#[derive(Clone, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}").trim_matches('"').to_owned();
        self.0.insert(field.name(), text);
    }
}

impl Traces {
    /// Takes the place of the canary on this thread until the guard is dropped.
    fn watch() -> (Self, DefaultGuard) {
        let traces = Self::default();
        let subscriber = tracing_subscriber::registry().with(traces.clone());
        (traces, lark_test_support::subscribe(subscriber))
    }

    fn note(&self, fields: &Fields) {
        let mut book = self.0.lock().expect("no panic");
        book.texts.extend(fields.0.values().cloned());
    }

    /// The spans of calls of an operation.
    fn calls_of(&self, operation: &str) -> Vec<Fields> {
        let book = self.0.lock().expect("no panic");
        let calls = book.spans.iter().filter(|(name, _)| *name == "lark.call");
        let own = calls.filter(|(_, fields)| fields.0["operation"] == operation);
        own.map(|(_, fields)| fields.clone()).collect()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        self.note(&fields);
        context.span(id).expect("it is new").extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("it is there");
        let mut extensions = span.extensions_mut();
        let fields = extensions.get_mut::<Fields>().expect("put there above");
        values.record(fields);
        self.note(fields);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.note(&fields);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("it is there");
        let fields = span.extensions().get::<Fields>().cloned().expect("put there above");
        self.0.lock().expect("no panic").spans.push((span.name(), fields));
    }
}

#[tokio::test]
async fn the_span_of_a_call_says_what_was_asked_and_what_came_of_it() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let (traces, _guard) = Traces::watch();
    sandbox.fault(LIST, Times::Once, Fault::status(502));
    let page = client.send_full(user::list().page_size(1)).await.expect("a page");
    let error = client.send(message::get("om_none")).await.expect_err("there is none");
    for (operation, status, code, attempts, log_id) in [
        (LIST, "200", "0", "2", page.head().log_id()),
        ("im.v1.message.get", "400", "230001", "1", error.log_id()),
    ] {
        let [Fields(fields)] = &traces.calls_of(operation)[..] else { panic!("one span") };
        assert_eq!((&*fields["status"], &*fields["code"]), (status, code), "{fields:?}");
        assert_eq!(fields["attempts"], attempts, "{fields:?}");
        assert_eq!(Some(&*fields["log_id"]), log_id, "{fields:?}");
        for time in ["ms", "token_wait_ms", "limit_wait_ms"] {
            assert!(fields[time].parse::<u64>().is_ok(), "{fields:?}");
        }
    }
    assert_eq!(traces.calls_of(TOKEN).len(), 1);
    let book = traces.0.lock().expect("no panic");
    assert!(book.texts.iter().any(|text| text == "call done"));
    assert!(book.texts.iter().any(|text| text == "the call is made again"));
}

/// A text that was sent, came back, was refused, was a part of a query and of a header, is in no trace
/// and no log of any level, nor in those of the HTTP stack.
#[tokio::test]
async fn nothing_of_what_was_sent_is_traced() {
    const MARKER: &str = "marker-of-what-is-nobodys-business";
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let (traces, _guard) = Traces::watch();
    sandbox.fault(CREATE, Times::Once, Fault::reset_after_execution());
    let sent = client.send(create(MARKER)).await.expect("sent");
    let read = client.send_raw(message::get(&sent.message_id)).await.expect("read");
    assert!(read.data().expect("JSON").to_string().contains(MARKER));
    let client = client.with_header("x-marker", MARKER).expect("a header");
    client.send(user::list().page_token(MARKER)).await.expect_err("no such page");
    let query = RawRequest::get("/open-apis/im/v1/messages").query("page_token", MARKER);
    client.send_raw(query.clone()).await.expect_err("not all that is needed");
    let field = json!({ "receive_id": MARKER, "msg_type": "text", "content": 5 });
    let body = RawRequest::post("/open-apis/im/v1/messages")
        .query("no_such_parameter", MARKER)
        .json(field);
    client.send_raw(body).await.expect_err("field violations");
    for times in [
        ScriptedResponse::html(502, "<html>bad gateway"),
        ScriptedResponse::new(200).declare_length(9),
    ] {
        sandbox.respond_with("im.v1.message.list", Times::Always, times);
        client.send_raw(query.clone()).await.expect_err("it goes wrong");
        sandbox.stop_responding("im.v1.message.list");
    }
    let redirect =
        ScriptedResponse::new(302).header("Location", &format!("http://127.0.0.1/?x={MARKER}"));
    sandbox.respond_with("im.v1.message.list", Times::Once, redirect);
    client.send_raw(query.clone()).await.expect_err("a redirect");
    sandbox.shutdown().await;
    client.send_raw(query).await.expect_err("nobody there");
    let book = traces.0.lock().expect("no panic");
    assert!(book.texts.len() > 200, "{}", book.texts.len());
    for text in &book.texts {
        assert!(!text.contains(MARKER), "{text}");
        lark_canary::check(text);
    }
}
