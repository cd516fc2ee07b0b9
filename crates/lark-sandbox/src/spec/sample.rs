//! Samples made from schemas.

use serde_json::{Map, Value, json};

use super::pattern::Pattern;
use super::{Kind, Schema, format, id_form, named_text};
use crate::services::ids::{hash, wide};

/// Makes values that fit a schema, the same ones each time.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    elements: usize,
    /// Of the sample, in all of its texts.
    number: Option<u64>,
    story: Story,
}

/// What the sampled object has been through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    /// Anything: every property is there.
    Any,
    /// A call succeeded in all that it was asked for.
    Success,
    /// It was just made, and nothing has happened to it.
    Created,
}

impl Default for Sampler {
    /// Lists of one element.
    fn default() -> Self {
        Self { elements: 1, number: None, story: Story::Any }
    }
}

impl Sampler {
    /// Lists of `elements` elements.
    pub fn elements(elements: usize) -> Self {
        Self { elements, ..Self::default() }
    }

    /// Lists of one element, and texts that differ from those of samples with another number: its
    /// ids, for one.
    pub fn numbered(number: u64) -> Self {
        Self { number: Some(number), ..Self::default() }
    }

    /// The same for the response of a success: members that list failures list none.
    pub(crate) fn of_success(self) -> Self {
        Self { story: Story::Success, ..self }
    }

    /// For what was just created and of which nobody has said more: a flag is not set, a list has no more
    /// than it must have, an enum is nothing unknown.
    pub(crate) fn of_created(self) -> Self {
        Self { elements: 0, story: Story::Created, ..self }
    }

    /// A value that fits `schema`, its formats and limits too, with every property present. A
    /// recursive model is left out where it would contain itself.
    pub fn sample(self, schema: Schema) -> Value {
        self.build(schema, "value", &mut Vec::new())
    }

    /// The same for a property of this name, which its texts are made of.
    pub(crate) fn sample_named(self, schema: Schema, name: &str) -> Value {
        self.build(schema, name, &mut Vec::new())
    }

    /// The same for a member of an object; None if this object does not have it.
    pub(crate) fn member(self, schema: Schema, name: &str, is_required: bool) -> Option<Value> {
        self.member_within(schema, name, is_required, &mut Vec::new())
    }

    fn member_within(
        self,
        schema: Schema,
        name: &str,
        is_required: bool,
        path: &mut Vec<&'static str>,
    ) -> Option<Value> {
        if self.story == Story::Any || !tells_of_failure(name) {
            return Some(self.build(schema, name, path));
        }
        none_of(schema).or_else(|| is_required.then(|| self.build(schema, name, path)))
    }

    fn build(self, schema: Schema, name: &str, path: &mut Vec<&'static str>) -> Value {
        match schema.kind() {
            Kind::Text => json!(self.text(schema, name)),
            Kind::TextInteger => json!(self.digits(schema)),
            Kind::Integer => json!(self.integer(schema)),
            Kind::Number => json!(bounded(schema, 1.5)),
            Kind::Boolean => json!(self.story != Story::Created),
            Kind::File => json!(name),
            Kind::List => self.list(schema, name, path),
            Kind::Map => self.map(schema, path),
            Kind::Object => self.object(schema, path),
            Kind::Any => self.any(schema, name),
        }
    }

    fn text(self, schema: Schema, name: &str) -> String {
        let is_known = |choice: &&str| !choice.to_ascii_lowercase().contains("unknown");
        let known = schema.choices().find(|it| self.story != Story::Created || is_known(it));
        if let Some(choice) = known.or_else(|| schema.choices().next()) {
            return choice.to_owned();
        }
        let number = self.number.unwrap_or_default();
        // What the JSON in a text is, its name says if anything does.
        let of_name = || named_text::text(name, self.number);
        let is_json = |text: &String| text.starts_with(['[', '{']);
        if let Some(text) = of_name().filter(is_json) {
            return text;
        }
        if let Some(text) = schema.format().and_then(|it| format::text(it, name, number)) {
            return text;
        }
        if let Some(prefix) = schema.id().and_then(prefix) {
            return wide(prefix, hash(name) ^ number);
        }
        if let Some(example) = schema.example() {
            return of_length(example.to_owned(), None, schema.limit("maxLength"));
        }
        if let Some(id) = id_form::text(name, hash(name) ^ number) {
            return of_length(id, schema.limit("minLength"), schema.limit("maxLength"));
        }
        let named = self.named(name);
        let text = match schema.pattern() {
            Some(pattern) => Pattern::new(pattern).sample(&named),
            None => of_name().unwrap_or(named),
        };
        of_length(text, schema.limit("minLength"), schema.limit("maxLength"))
    }

    /// The name, and the number if there is one.
    fn named(self, name: &str) -> String {
        match self.number {
            Some(number) => format!("{name}-{number}"),
            None => name.to_owned(),
        }
    }

    fn digits(self, schema: Schema) -> String {
        if let Some(choice) = schema.choices().next() {
            return choice.to_owned();
        }
        let moment = schema.format().and_then(|it| format::moment(it, self.number.unwrap_or(0)));
        let value = moment.unwrap_or(self.number.unwrap_or(1));
        bounded(schema, value as f64).to_string()
    }

    fn integer(self, schema: Schema) -> i64 {
        if let Some(choice) = schema.integer_choices().next() {
            return choice;
        }
        let moment = schema.format().and_then(|it| format::moment(it, self.number.unwrap_or(0)));
        bounded(schema, moment.unwrap_or(1) as f64) as i64
    }

    fn any(self, schema: Schema, name: &str) -> Value {
        match schema.kinds().next() {
            Some("string") => {
                json!(named_text::text(name, self.number).unwrap_or_else(|| self.named(name)))
            }
            Some("integer") => json!(1),
            Some("number") => json!(1.5),
            Some("boolean") => json!(true),
            Some("array") => json!([self.named(name)]),
            _ => json!({ "key": "value" }),
        }
    }

    fn list(self, schema: Schema, name: &str, path: &mut Vec<&'static str>) -> Value {
        let items = schema.items().filter(|items| !is_open(*items, path));
        let least = schema.limit("minItems").unwrap_or_default();
        let most = schema.limit("maxItems").unwrap_or(usize::MAX);
        let elements = self.elements.max(least).min(most);
        let element = items.map(|items| self.build(items, name, path));
        element.map_or_else(|| json!([]), |element| json!(vec![element; elements]))
    }

    fn map(self, schema: Schema, path: &mut Vec<&'static str>) -> Value {
        match schema.values() {
            Some(values) if is_open(values, path) => json!({}),
            Some(values) => json!({ "key": self.build(values, "value", path) }),
            None => json!({ "key": "value" }),
        }
    }

    fn object(self, schema: Schema, path: &mut Vec<&'static str>) -> Value {
        path.extend(schema.model());
        let mut object = Map::new();
        let required: Vec<_> = schema.required().collect();
        for (name, property) in schema.properties() {
            if is_open(property, path) {
                continue;
            }
            let value = self.member_within(property, name, required.contains(&name), path);
            object.extend(value.map(|value| (name.to_owned(), value)));
        }
        if schema.model().is_some() {
            path.pop();
        }
        self.write_message(&mut object);
        Value::Object(object)
    }

    /// The type of a message decides the form of its content.
    fn write_message(self, object: &mut Map<String, Value>) {
        let is_message = object
            .get("message_type")
            .is_some_and(|it| it == &self.named("message_type") || it == "text");
        if is_message && object.get("content").is_some_and(Value::is_string) {
            let content = json!({ "text": self.named("content") });
            object.insert("message_type".to_owned(), json!("text"));
            object.insert("content".to_owned(), json!(content.to_string()));
        }
    }
}

/// Whether a member of a response is about what has not succeeded.
pub(crate) fn tells_of_failure(name: &str) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "invalid_",
        "failed_",
        "fail_",
        "not_exist",
        "absent_",
        "forbidden_",
        "deleted_",
        "abnormal",
    ];
    BEGINNINGS.iter().any(|it| name.starts_with(it))
}

/// A value that says that there is nothing; None if no value says so.
fn none_of(schema: Schema) -> Option<Value> {
    match schema.kind() {
        Kind::List if schema.limit("minItems").is_none() => Some(json!([])),
        Kind::Boolean => Some(json!(false)),
        Kind::Integer if schema.integer_choices().next().is_none() => {
            Some(json!(bounded(schema, 0.0) as i64))
        }
        _ => None,
    }
}

/// How an id begins; None if it has no form of its own. Ids of people are open ids unless a call
/// asks for others.
fn prefix(id: &str) -> Option<&'static str> {
    match id {
        "open_id" | "user" => Some("ou_"),
        "union_id" => Some("on_"),
        "department" => Some("od-"),
        "chat" => Some("oc_"),
        "message" => Some("om_"),
        _ => None,
    }
}

/// The text, cut at its front or filled up there: its number is at the end.
fn of_length(text: String, least: Option<usize>, most: Option<usize>) -> String {
    let length = text.chars().count();
    let (least, most) = (least.unwrap_or_default(), most.unwrap_or(usize::MAX));
    if length < least {
        return format!("{}{text}", "x".repeat(least - length));
    }
    text.chars().skip(length.saturating_sub(most)).collect()
}

fn bounded(schema: Schema, value: f64) -> f64 {
    let least = schema.bound("minimum").unwrap_or(f64::NEG_INFINITY);
    let most = schema.bound("maximum").unwrap_or(f64::INFINITY);
    value.max(least).min(most)
}

fn is_open(schema: Schema, path: &[&'static str]) -> bool {
    schema.model().is_some_and(|model| path.contains(&model))
}
