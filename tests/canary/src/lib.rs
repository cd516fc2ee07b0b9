//! Secrets that must not show. While the canary is up, every trace and log record of the process at
//! every level, and every panic, is searched for the secrets of the tests, and a find fails the test
//! that caused it.
#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]
#![allow(clippy::print_stderr, reason = "what fails a test is told")]

use std::fmt;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// What secrets of tests look like beside tokens: the sandbox's own, and those of made-up apps,
/// tokens and files.
const MARKS: [&str; 6] = [
    "sandbox0secret0of0no0use0outside",
    "secret of app",
    "planted",
    "hush",
    "app-secret",
    "PRIVATE KEY",
];
/// How tokens, codes and tickets of the sandbox begin; 32 hex digits follow.
const PREFIXES: [&str; 7] = ["t-", "a-", "u-", "ur-", "code_", "ticket_", "device_"];

static RECORDS: AtomicUsize = AtomicUsize::new(0);

/// The secret in `text`, if there is one.
pub fn find(text: &str) -> Option<&str> {
    let marked = MARKS.iter().find_map(|mark| text.find(mark).map(|at| &text[at..]));
    marked.or_else(|| {
        let starts = PREFIXES.iter().flat_map(|prefix| text.match_indices(prefix));
        starts
            .map(|(at, prefix)| &text[at + prefix.len()..])
            .find(|rest| rest.bytes().take_while(u8::is_ascii_hexdigit).count() >= 32)
    })
}

/// Fails if there is a secret in `text`.
pub fn check(text: &str) {
    assert!(find(text).is_none(), "a secret shows; the text is not repeated here");
}

/// Fails if there is a secret in an error, in either of its forms.
pub fn check_error<T, E: fmt::Display + fmt::Debug>(result: &Result<T, E>) {
    if let Err(error) = result {
        check(&format!("{error} {error:?} {error:#?}"));
    }
}

/// Ends the process if there is a secret in `text`: for hooks, whose panics a client survives.
pub fn check_or_abort(text: &str) {
    if find(text).is_some() {
        eprintln!("a secret shows in a report of a call; its text is not repeated here");
        std::process::abort();
    }
}

/// How many records were searched.
pub fn records() -> usize {
    RECORDS.load(Ordering::Relaxed)
}

/// Puts the canary up, once in a process.
pub fn up() {
    static UP: Once = Once::new();
    UP.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Canary);
        tracing::subscriber::set_global_default(subscriber).expect("nobody else sets one");
        tracing_log::LogTracer::init().expect("nobody else sets one");
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let payload = info.payload();
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or(payload.downcast_ref::<&str>().copied());
            if text.is_some_and(|text| find(text).is_some()) {
                eprintln!("a secret shows in a panic at {:?}", info.location());
                std::process::abort();
            }
            report(info);
        }));
    });
}

/// Searches whatever is traced.
struct Canary;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Canary {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        attributes.record(&mut Search);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Search);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Search);
    }
}

struct Search;

impl Visit for Search {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        RECORDS.fetch_add(1, Ordering::Relaxed);
        check(&format!("{value:?}"));
    }
}
