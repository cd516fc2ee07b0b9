//! Samples made from schemas.

use serde_json::{Map, Value, json};

use super::{Kind, Schema};

/// Makes values that fit a schema, the same ones each time.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    elements: usize,
    /// Of the sample, in all of its texts.
    number: Option<u64>,
}

impl Default for Sampler {
    /// Lists of one element.
    fn default() -> Self {
        Self { elements: 1, number: None }
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

    /// A value that fits `schema`, every property present. A model that holds itself is left out
    /// the second time round.
    pub fn sample(self, schema: Schema) -> Value {
        self.build(schema, "value", &mut Vec::new())
    }

    fn build(self, schema: Schema, name: &str, path: &mut Vec<&'static str>) -> Value {
        match schema.kind() {
            Kind::Text => json!(self.text(schema, name, &|number| format!("{name}-{number}"))),
            Kind::TextInteger => json!(self.text(schema, "1", &|number| number.to_string())),
            Kind::Integer => json!(1),
            Kind::Number => json!(1.5),
            Kind::Boolean => json!(true),
            Kind::File => json!(name),
            Kind::List => self.list(schema, name, path),
            Kind::Map => self.map(schema, path),
            Kind::Object => self.object(schema, path),
            Kind::Any => json!({ "key": "value" }),
        }
    }

    fn text(self, schema: Schema, plain: &str, numbered: &dyn Fn(u64) -> String) -> String {
        match (schema.choices().next(), self.number) {
            (Some(choice), _) => choice.to_owned(),
            (None, Some(number)) => numbered(number),
            (None, None) => plain.to_owned(),
        }
    }

    fn list(self, schema: Schema, name: &str, path: &mut Vec<&'static str>) -> Value {
        let items = schema.items().filter(|items| !is_open(*items, path));
        let element = items.map(|items| self.build(items, name, path));
        element.map_or_else(|| json!([]), |element| json!(vec![element; self.elements]))
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
        for (name, property) in schema.properties() {
            if !is_open(property, path) {
                object.insert(name.to_owned(), self.build(property, name, path));
            }
        }
        if schema.model().is_some() {
            path.pop();
        }
        Value::Object(object)
    }
}

fn is_open(schema: Schema, path: &[&'static str]) -> bool {
    schema.model().is_some_and(|model| path.contains(&model))
}
