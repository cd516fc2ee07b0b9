//! For every event and every place in its payload: a push that differs from the spec there fails no
//! handler, is reported once, and is rejected in strict mode.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use lark_core::DecodeMode;
use lark_core::{Drift, Event, EventOutcome, EventPayload, EventRouter, Rejection};
use lark_sandbox::spec::{self, Envelope, EventSpec, Sampler};
use lark_tests::drift::{Mutation, Scope, mutations};
use lark_tests::generated;
use lark_tests::sweep::EventVisitor;

use crate::support::{keys, wrap};

type Check = Pin<Box<dyn Future<Output = Vec<String>>>>;

#[derive(Default)]
struct Checks(Vec<Check>);

impl EventVisitor for Checks {
    fn visit<E: EventPayload>(&mut self) {
        let event = spec::event(E::EVENT_TYPE).expect("it is made from the specs");
        let sample = event.sample(Sampler::default());
        let scope = Scope { deepest: usize::MAX, sent: BTreeSet::new() };
        for mutation in mutations(event.payload(), &sample, &scope) {
            if !belongs_to_the_envelope(event, &mutation) {
                self.0.push(Box::pin(check::<E>(event, mutation)));
            }
        }
    }
}

/// What is no object is no event, and in envelope 1.0 the payload says which event it is.
fn belongs_to_the_envelope(event: EventSpec, mutation: &Mutation) -> bool {
    let is_type = event.envelope() == Envelope::V1 && mutation.path == "type";
    mutation.path.is_empty() || is_type
}

fn router<E: EventPayload>(mode: DecodeMode, reports: &Arc<Mutex<Vec<Drift>>>) -> EventRouter {
    let sink = Arc::clone(reports);
    EventRouter::builder(keys())
        .decode_mode(mode)
        .on_drift(move |drift| sink.lock().expect("no panic").push(drift.clone()))
        .on(|_: Event<E>| async { Ok(()) })
        .build()
        .expect("one handler")
}

/// What is wrong with how a router takes the mutation.
async fn check<E: EventPayload>(event: EventSpec, mutation: Mutation) -> Vec<String> {
    let Mutation { answer, path, reports: expected } = mutation;
    let mut wrong = Vec::new();
    let reports = Arc::default();
    let tolerant = router::<E>(DecodeMode::Tolerant, &reports);
    let mut body = wrap(event, answer);
    for id in ["one", "two"] {
        let key = if event.envelope() == Envelope::V1 { "/uuid" } else { "/header/event_id" };
        *body.pointer_mut(key).expect("an id") = id.into();
        let reply = tolerant.handle_trusted(body.to_string()).await;
        if !matches!(reply.outcome, EventOutcome::Handled | EventOutcome::Duplicate) {
            wrong.push(format!("{} {path}: {:?}", E::EVENT_TYPE, reply.outcome));
        }
    }
    let seen: Vec<_> = reports
        .lock()
        .expect("no panic")
        .iter()
        .map(|drift: &Drift| (drift.operation.clone(), drift.path.clone(), drift.kind))
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|kind| (E::EVENT_TYPE.to_owned(), path.clone(), *kind)).collect();
    if seen != expected {
        wrong.push(format!("{}: expected {expected:?}, reported {seen:?}", E::EVENT_TYPE));
    }
    let strict = router::<E>(DecodeMode::Strict, &reports);
    let outcome = strict.handle_trusted(body.to_string()).await.outcome;
    let rejected = outcome == EventOutcome::Rejected(Rejection::Drift);
    if rejected == expected.is_empty() {
        wrong.push(format!("{} {path}: in strict mode {outcome:?}", E::EVENT_TYPE));
    }
    wrong
}

#[tokio::test]
async fn fails_no_handler_and_is_reported_once() {
    let mut checks = Checks::default();
    generated::visit_events(&mut checks);
    assert!(checks.0.len() > 10_000, "only {} mutations", checks.0.len());
    let mut wrong = Vec::new();
    for check in checks.0 {
        wrong.extend(check.await);
    }
    let first: Vec<_> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} wrong, first:\n{}", wrong.len(), first.join("\n"));
}
