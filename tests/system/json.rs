//! For every operation and every event: what its model keeps as JSON is what the platform sent, and is
//! read back.

use std::fmt::Debug;

use lark_core::{EventPayload, Json, Operation};
use lark_sandbox::spec::{self, Sampler};
use lark_tests::generated;
use lark_tests::sweep::{EventVisitor, Visitor};
use serde_json::Value;

#[derive(Default)]
struct Kept {
    count: usize,
    wrong: Vec<String>,
}

impl Kept {
    fn check(&mut self, id: &str, sample: Option<Value>, keep: Keep) {
        self.count += 1;
        let sample = sample.expect("a model has a schema");
        let wrong = match keep(&sample.to_string()) {
            Err(error) => error.to_string(),
            Ok((json, is_same)) => {
                let kept: Value = serde_json::from_str(&json).expect("JSON");
                match difference(&sample, &kept, String::new()) {
                    None if is_same => return,
                    None => "what is read back is not the same".to_owned(),
                    Some(place) => format!("{place} is not kept"),
                }
            }
        };
        self.wrong.push(format!("{id}: {wrong}"));
    }
}

/// Reads a model, and gives its JSON and whether that is read back as the same model.
type Keep = fn(&str) -> lark_core::Result<(String, bool)>;

fn keep<M: Json + PartialEq>(sample: &str) -> lark_core::Result<(String, bool)> {
    let value = M::from_json(sample)?;
    let json = value.to_json();
    let is_same = M::from_json(&json)? == value;
    Ok((json, is_same))
}

/// The first place where `kept` is not the `sample`.
fn difference(sample: &Value, kept: &Value, place: String) -> Option<String> {
    match (sample, kept) {
        (Value::Object(one), Value::Object(other)) => {
            let mut members = one.iter().map(|(name, value)| {
                let place = format!("{place}.{name}");
                difference(value, other.get(name).unwrap_or(&Value::Null), place)
            });
            let more = other.keys().find(|name| !one.contains_key(*name));
            members.find_map(|found| found).or_else(|| more.map(|name| format!("{place}.{name}")))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let items = one.iter().zip(other).enumerate();
            let mut items = items
                .map(|(index, (one, other))| difference(one, other, format!("{place}[{index}]")));
            items.find_map(|found| found)
        }
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => None,
        _ => (sample != kept).then_some(place),
    }
}

impl Visitor for Kept {
    fn operation<O: Operation + Clone + 'static>(&mut self, _: O, _: O) {}

    fn response<M: Json + Debug + PartialEq>(&mut self, id: &'static str) {
        self.check(id, spec::sample_response(id), keep::<M>);
    }
}

impl EventVisitor for Kept {
    fn visit<E: EventPayload + Json + Debug + PartialEq>(&mut self) {
        let event = spec::event(E::EVENT_TYPE);
        let sample = event.map(|event| event.sample(Sampler::default()));
        self.check(E::EVENT_TYPE, sample, keep::<E>);
    }
}

#[test]
fn keeps_what_the_platform_sent() {
    let mut kept = Kept::default();
    generated::visit(&mut kept);
    generated::visit_events(&mut kept);
    assert!(kept.count > 1_500, "only {}", kept.count);
    let (all, first) = (kept.wrong.len(), kept.wrong.iter().take(20).cloned().collect::<Vec<_>>());
    assert!(kept.wrong.is_empty(), "{all} wrong, first:\n{}", first.join("\n"));
}
