//! For every operation and every place in its answer: a server that differs from the spec there
//! fails no call, is reported once, and fails the call in strict mode.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use lark_core::{Client, DecodeMode, Drift, Operation, RequiredCheck, TokenKind};
use lark_sandbox::spec;
use lark_test_support::FakeTransport;
use lark_tests::drift::{Mutation, Scope, mutations, sent_models};
use lark_tests::generated;
use lark_tests::sweep::Visitor;
use serde_json::{Value, json};

/// Gives the number of mutations and what was wrong with how they were taken.
type Check = Pin<Box<dyn Future<Output = (usize, Vec<String>)>>>;

#[derive(Default)]
struct Checks {
    checks: Vec<Check>,
    /// By the beginning of the ids of a document's operations.
    sent: HashMap<String, BTreeSet<&'static str>>,
}

impl Visitor for Checks {
    fn operation<O: Operation + Clone + 'static>(&mut self, minimal: O, _: O) {
        let id = O::META.id;
        let is_whole = !answers_blocks(id) || id == "docx.v1.document.block.get";
        let deepest = if is_whole { usize::MAX } else { 0 };
        let Some(schema) = spec::response_schema(id) else { return };
        let sample = spec::sample_response(id).expect("it has a schema");
        let document: String = id.split_inclusive('.').take(2).collect();
        let sent = self.sent.entry(document).or_insert_with_key(|it| sent_models(it)).clone();
        let scope = Scope { deepest, sent };
        // Made when their turn comes: the answers of all operations at once are gigabytes.
        self.checks.push(Box::pin(async move {
            let (mut count, mut wrong) = (0, Vec::new());
            for mutation in mutations(schema, &sample, &scope) {
                count += 1;
                wrong.extend(check(minimal.clone(), mutation).await);
            }
            (count, wrong)
        }));
    }
}

/// Whether it answers the blocks of documents, which have a thousand places and are the same in all of
/// them: one is checked everywhere, the others down to the members of a block.
fn answers_blocks(id: &str) -> bool {
    id.starts_with("docx.") && (id.contains(".block.") || id.ends_with(".convert"))
}

/// What is wrong with how a client takes the mutation.
async fn check<O: Operation + Clone + 'static>(request: O, mutation: Mutation) -> Vec<String> {
    let mut body = json!({ "code": 0, "msg": "success" });
    match mutation.answer {
        Value::Object(members) if O::META.deviations.is_flat => {
            body.as_object_mut().expect("an object").extend(members);
        }
        // Its members have no object around them that could be something else.
        _ if O::META.deviations.is_flat => return Vec::new(),
        answer => body["data"] = answer,
    }
    let reports = Arc::new(Mutex::new(Vec::<Drift>::new()));
    let sink = Arc::clone(&reports);
    let client = Client::builder("cli_test", "secret")
        .transport(FakeTransport::always(body.to_string()))
        .on_drift(move |drift| sink.lock().expect("no panic").push(drift.clone()))
        .build()
        .expect("fine")
        .with_required_check(RequiredCheck::Off)
        .with_tenant_token("t-1")
        .with_app_token("a-1");
    let tokens = O::META.tokens;
    let is_of_user = tokens.contains(TokenKind::User) && !tokens.contains(TokenKind::Tenant);
    let client = if is_of_user { client.as_user("u-1") } else { client };
    let mut wrong = Vec::new();
    for _ in 0..2 {
        wrong.extend(client.send(request.clone()).await.err().map(|error| error.to_string()));
    }
    let seen: Vec<_> = reports
        .lock()
        .expect("no panic")
        .iter()
        .map(|drift| (drift.path.clone(), drift.kind))
        .collect();
    let expected: Vec<_> =
        mutation.reports.iter().map(|kind| (mutation.path.clone(), *kind)).collect();
    if seen != expected {
        wrong.push(format!("{}: expected {expected:?}, reported {seen:?}", O::META.id));
    }
    let strict = client.with_decode_mode(DecodeMode::Strict).send(request).await;
    if strict.is_err() == mutation.reports.is_empty() {
        wrong.push(format!("{} {}: strict mode disagrees", O::META.id, mutation.path));
    }
    wrong
}

#[tokio::test]
async fn fails_no_call_and_is_reported_once() {
    let mut checks = Checks::default();
    generated::visit(&mut checks);
    let (mut count, mut wrong) = (0, Vec::new());
    for check in checks.checks {
        let (mutations, found) = check.await;
        count += mutations;
        wrong.extend(found);
    }
    assert!(count > 10_000, "only {count} mutations");
    let first: Vec<_> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} wrong, first:\n{}", wrong.len(), first.join("\n"));
}
