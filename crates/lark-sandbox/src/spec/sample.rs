//! Samples made from schemas.

use serde_json::{Map, Value, json};

use super::{Kind, Schema};

/// Makes values that fit a schema, the same ones each time.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    elements: usize,
}

impl Default for Sampler {
    /// Lists of one element.
    fn default() -> Self {
        Self { elements: 1 }
    }
}

impl Sampler {
    /// Lists of `elements` elements.
    pub fn elements(elements: usize) -> Self {
        Self { elements }
    }

    /// A value that fits `schema`, every property present. A model that holds itself is left out
    /// the second time round.
    pub fn sample(self, schema: Schema) -> Value {
        self.build(schema, "value", &mut Vec::new())
    }

    fn build(self, schema: Schema, name: &str, path: &mut Vec<&'static str>) -> Value {
        match schema.kind() {
            Kind::Text => json!(schema.choices().next().unwrap_or(name)),
            Kind::TextInteger => json!(schema.choices().next().unwrap_or("1")),
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
