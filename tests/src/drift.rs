//! Answers that differ from their spec in one place, and what a client should say about it.

use std::collections::BTreeSet;

use lark_core::DriftKind::{self, Converted, Dropped, Missing, UnknownField, UnknownValue};
use lark_sandbox::spec::{self, Kind, Schema};
use serde_json::{Value, json};

/// A name that no spec has.
const STRANGER: &str = "field_from_the_future";

/// Objects with more values than this are cut down to the way to the changed place, so that a sweep
/// takes time in proportion to the places and not to their square: a document's block has 3,000.
const LARGE: usize = 40;

/// A sample with one place changed.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// The changed answer.
    pub answer: Value,
    /// The changed place, as reports name it.
    pub path: String,
    /// What should be reported there; nothing if the change is within the spec.
    pub reports: Vec<DriftKind>,
}

/// How far to look, and what to expect there.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Objects below this level are not looked into: 0 has those in a member of the answer as the last.
    pub deepest: usize,
    /// The models that are sent as well. They do not require what requests cannot set.
    pub sent: BTreeSet<&'static str>,
}

/// The models in the requests of operations whose ids begin so: `im.v1.`.
#[must_use]
pub fn sent_models(prefix: &str) -> BTreeSet<&'static str> {
    let mut models = BTreeSet::new();
    let ids = spec::operation_ids().filter(|id| id.starts_with(prefix));
    ids.filter_map(spec::request_schema).for_each(|body| collect(body, &mut models));
    models
}

fn collect(schema: Schema, models: &mut BTreeSet<&'static str>) {
    if schema.model().is_some_and(|model| !models.insert(model)) {
        return;
    }
    let within = schema.properties().map(|(_, property)| property);
    within.chain(schema.items()).chain(schema.values()).for_each(|it| collect(it, models));
}

/// Every mutation of `sample`, which is made from `schema`: scalars as their twins, members null
/// and gone, unknown members, unknown enum values, lists and objects as scalars.
#[must_use]
pub fn mutations(schema: Schema, sample: &Value, scope: &Scope) -> Vec<Mutation> {
    let mut found = Vec::new();
    walk((schema, scope), sample, "", &mut |path, value, reports| {
        found.push(Mutation { answer: value, path: path.to_owned(), reports });
    });
    found
}

type Sink<'a> = &'a mut dyn FnMut(&str, Value, Vec<DriftKind>);

/// Calls `sink` with each changed form of `value`.
fn walk((schema, scope): (Schema, &Scope), value: &Value, path: &str, sink: Sink<'_>) {
    match schema.kind() {
        Kind::List | Kind::Map | Kind::Object if path.matches('.').count() > scope.deepest => {}
        Kind::List => {
            let item = schema.items().expect("a list has items");
            let inner = format!("{path}[]");
            walk((item, scope), &value[0], &inner, &mut |at, it, reports| {
                sink(at, json!([it]), reports)
            });
            sink(path, json!(7), vec![Dropped]);
        }
        Kind::Map => map((schema, scope), value, path, sink),
        Kind::Object if schema.properties().next().is_some() => {
            object((schema, scope), value, path, sink)
        }
        // Free-form: nothing can be wrong with it.
        Kind::Object | Kind::Any | Kind::File => {}
        _ => scalar(schema, value, path, sink),
    }
}

fn map((schema, scope): (Schema, &Scope), value: &Value, path: &str, sink: Sink<'_>) {
    let entries = value.as_object().expect("a map is an object");
    for (key, entry) in entries {
        let values = schema.values().expect("a map has values");
        let inner = format!("{path}{{}}");
        walk((values, scope), entry, &inner, &mut |at, it, reports| {
            sink(at, json!({ key: it }), reports);
        });
    }
}

fn object((schema, scope): (Schema, &Scope), value: &Value, path: &str, sink: Sink<'_>) {
    let join = |name: &str| match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    };
    // What one use demands beyond that, models do not know.
    let is_sent = schema.model().is_some_and(|model| scope.sent.contains(model));
    let is_set = |name: &&str| schema.property(name).is_none_or(|it| !it.is_read_only());
    let required = schema.required_everywhere().filter(|name| !is_sent || is_set(name));
    let required: Vec<_> = required.collect();
    let mut base = value.clone();
    if count(value) > LARGE {
        let members = base.as_object_mut().expect("an object");
        members.retain(|name, _| required.contains(&name.as_str()));
    }
    for (name, property) in schema.properties() {
        let at = join(name);
        let changed = |it: Value| {
            let mut object = base.clone();
            object[name] = it;
            object
        };
        if value.get(name).is_none() {
            continue; // a recursion that the sample cuts
        }
        walk((property, scope), &value[name], &at, &mut |at, it, reports| {
            sink(at, changed(it), reports)
        });
        // A member that no request takes: it is not required of a model that also is sent.
        let is_required = required.contains(&name) && !property.is_read_only();
        let absent = if is_required { vec![Missing] } else { Vec::new() };
        if !matches!(property.kind(), Kind::Any) {
            sink(&at, changed(Value::Null), absent.clone());
        }
        let mut without = base.clone();
        without.as_object_mut().expect("an object").remove(name);
        sink(&at, without, absent);
    }
    let mut more = base;
    more[STRANGER] = json!({ "a": [1, { "b": null }] });
    sink(&join(STRANGER), more, vec![UnknownField]);
    sink(path, json!("a text"), vec![Dropped]);
}

/// How many values there are.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

fn scalar(schema: Schema, value: &Value, path: &str, sink: Sink<'_>) {
    let is_enum = schema.kind() == Kind::Text && schema.choices().next().is_some();
    match schema.kind() {
        Kind::Text if is_enum => {
            sink(path, json!("value_from_the_future"), vec![UnknownValue]);
            let is_number = schema.choices().any(|choice| choice == "7");
            let unknown = if is_number { None } else { Some(UnknownValue) };
            sink(path, json!(7), [Converted].into_iter().chain(unknown).collect());
        }
        Kind::Text => sink(path, json!(7), vec![Converted]),
        Kind::TextInteger => sink(path, json!(7), vec![Converted]),
        Kind::Boolean => sink(path, json!(value.to_string()), vec![Converted]),
        _ => sink(path, json!(value.to_string()), vec![Converted]),
    }
    sink(path, json!({ "wrong": 1 }), vec![Dropped]);
    sink(path, json!(["wrong"]), vec![Dropped]);
}
