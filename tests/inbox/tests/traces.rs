//! The trace of an event's handling leads to that of its reception.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use lark_core::inbox::Inbox;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::support::{Place, router, send};

/// The spans of an inbox: their names and their fields, as far as they are told apart by them.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

#[derive(Clone, Debug, Default)]
struct Span {
    id: u64,
    name: &'static str,
    parent: Option<&'static str>,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.push((field.name(), format!("{value:?}").trim_matches('"').to_owned()));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context.span(id).and_then(|it| it.parent()).map(|it| it.name());
        let name = attributes.metadata().name();
        let mut span = Span { id: id.into_u64(), name, parent, fields: Vec::new() };
        attributes.record(&mut span);
        self.0.lock().expect("no panic").push(span);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().expect("no panic");
        if let Some(span) = spans.iter_mut().rfind(|it| it.id == id.into_u64()) {
            values.record(span);
        }
    }
}

impl Spans {
    /// What the spans with this name have as a field, and the names of their parents.
    fn of(&self, name: &str, field: &str) -> Vec<(String, Option<&'static str>)> {
        let spans = self.0.lock().expect("no panic");
        let value = |span: &Span| {
            span.fields.iter().find(|it| it.0 == field).map(|it| (it.1.clone(), span.parent))
        };
        spans.iter().filter(|it| it.name == name).filter_map(value).collect()
    }
}

/// It is received by one process and handled by another, after an attempt that failed.
#[tokio::test]
async fn the_handling_has_what_the_reception_has() {
    let spans = Spans::default();
    let _guard = lark_test_support::subscribe(tracing_subscriber::registry().with(spans.clone()));
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let first = router(&inbox.build(), |_| async { Err("not here".into()) });
    let push = tracing::info_span!("push");
    send(&first, "e1", "oc_1").instrument(push).await;
    told.wait_for("retrying e1").await;
    first.shutdown(std::time::Duration::ZERO).await;
    let (inbox, mut told) = place.builder();
    let _second = router(&inbox.build(), |_| async { Ok(()) });
    told.wait_for("committed e1").await;

    let received = spans.of("inbox_reception", "reception");
    let [(reception, Some("push"))] = &received[..] else { panic!("{received:?}") };
    assert_eq!(reception.len(), 16);
    let handled = spans.of("inbox_event", "reception");
    assert!(handled.len() >= 2, "{handled:?}");
    assert!(handled.iter().all(|it| it.0 == *reception), "{handled:?} of {reception}");
}

/// A context of the program's own, as OpenTelemetry has one, comes to the span of the handler.
#[tokio::test]
async fn a_context_goes_from_the_reception_to_the_handling() {
    let spans = Spans::default();
    let _guard = lark_test_support::subscribe(tracing_subscriber::registry().with(spans.clone()));
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let linked = Arc::<Mutex<Vec<String>>>::default();
    let of_link = Arc::clone(&linked);
    let context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let name = || tracing::Span::current().metadata().map_or("none", |it| it.name());
    let inbox = inbox.trace_context(
        move || (name() == "inbox_reception").then(|| context.to_owned()),
        move |context| of_link.lock().expect("no panic").push(format!("{} {context}", name())),
    );
    let router = router(&inbox.build(), |_| async { Ok(()) });
    send(&router, "e1", "oc_1").await;
    told.wait_for("committed e1").await;
    assert_eq!(*linked.lock().expect("no panic"), [format!("inbox_event {context}")]);
    assert_eq!(spans.of("inbox_event", "reception")[0].0, context);
}

/// Whoever traces may panic, and what it says may be too long.
#[tokio::test]
async fn a_context_that_fails_costs_no_event() {
    type Capture = fn() -> Option<String>;
    type Link = fn(&str);
    let place = Place::new();
    let contexts: [(Capture, Link); 3] = [
        (|| panic!("on purpose"), |_| {}),
        (|| Some("x".repeat(1025)), |_| panic!("it is not stored")),
        (|| Some("x".repeat(1024)), |_| panic!("on purpose")),
    ];
    for (number, (capture, link)) in contexts.into_iter().enumerate() {
        let (inbox, mut told) = place.builder();
        let router = router(&inbox.trace_context(capture, link).build(), |_| async { Ok(()) });
        let id = format!("e{number}");
        assert_eq!(send(&router, &id, "oc_1").await.status.as_u16(), 200);
        told.wait_for(&format!("committed {id}")).await;
        router.shutdown(std::time::Duration::ZERO).await;
    }
}

/// Nobody listens, and nothing is made up.
#[tokio::test]
async fn without_a_subscriber_nothing_is_stored() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox: Inbox = inbox.max_attempts(1).build();
    let router = router(&inbox, |_| async { Err("no luck".into()) });
    send(&router, "e1", "oc_1").await;
    told.wait_for("dead e1").await;
    router.shutdown(std::time::Duration::ZERO).await;
    let store = place.open();
    use lark_core::inbox::{Position, Store as _};
    let id = store.dead_letters(None, 1).await.expect("a list").remove(0).id;
    assert!(store.retry(&id).await.expect("a store"));
    for partition in 0..store.partitions() {
        let lease = store.acquire("p", partition, std::time::Duration::from_secs(9)).await;
        let lease = lease.expect("a store").expect("it is free");
        let events = store.read(&lease, Position::default(), 9).await.expect("a store");
        assert!(events.expect("ours").iter().all(|it| it.reception.is_none()));
    }
}
