//! The subset of JSON Schema that the documents use.

use super::facts::{self, Facts};
use super::json::Json;
use super::reader::{Node, Reader};
use super::refinement::{self, Refinement};

/// A schema, reduced to the shape it gives a Rust type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Schema {
    /// Free-form: `{}`, or an object that names no properties.
    Any,
    /// The component schema of that name.
    Ref(String),
    /// The component schema of that name, and what is said of it at this place.
    Refined(String, Refinement),
    String,
    /// A text that travels as a JSON number: an id that is no quantity.
    NumericString,
    /// A string with the values that the spec knows; open in Rust.
    Enum(Vec<EnumValue<String>>),
    /// An integer with the values that the spec knows; open in Rust.
    IntegerEnum(Vec<EnumValue<i64>>),
    /// An integer that travels as a JSON string.
    TextInteger,
    Integer,
    Number,
    Boolean,
    /// A moment, counted from 1970.
    Moment(Moment),
    /// The content of a file.
    Binary,
    Array(Box<Schema>),
    Map(Box<Schema>),
    Object(Vec<Property>),
}

/// How a moment travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    pub(crate) unit: MomentUnit,
    /// As a JSON string.
    pub(crate) is_text: bool,
}

/// What a moment is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MomentUnit {
    Seconds,
    Millis,
}

/// A value of an enum, with its name and its meaning if the spec has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnumValue<T> {
    pub(crate) value: T,
    pub(crate) name: Option<String>,
    pub(crate) meaning: Option<String>,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) required: bool,
    pub(crate) facts: Facts,
    pub(crate) pointer: String,
}

/// Keywords that say nothing which is used.
const IGNORED: [&str; 4] = ["title", "example", "examples", "uniqueItems"];

/// Reads the schema at `node`; `None` after a mistake was noted.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Schema> {
    if !matches!(node.json, Json::Object(_)) {
        reader.expected(node, "a schema object");
        return None;
    }
    if let Some(reference) = node.get("$ref") {
        known_keywords(reader, node, &["$ref"]);
        return read_reference(reader, &reference).map(Schema::Ref);
    }
    if let Some(parts) = node.get("allOf") {
        known_keywords(reader, node, &["allOf"]);
        return read_refined(reader, &parts);
    }
    let Some(kind) = node.get("type") else {
        known_keywords(reader, node, &[]);
        return Some(Schema::Any);
    };
    match reader.string(&kind)? {
        "string" => read_string(reader, node),
        "integer" => read_integer(reader, node),
        "number" => {
            known_keywords(reader, node, &["type"]);
            Some(Schema::Number)
        }
        "boolean" => {
            known_keywords(reader, node, &["type"]);
            Some(Schema::Boolean)
        }
        "array" => {
            known_keywords(reader, node, &["type", "items"]);
            let items = reader.required(node, "items")?;
            Some(Schema::Array(Box::new(read(reader, &items)?)))
        }
        "object" => read_object(reader, node),
        _ => {
            reader.expected(&kind, "string, integer, number, boolean, array or object");
            None
        }
    }
}

fn read_reference(reader: &mut Reader<'_>, reference: &Node<'_>) -> Option<String> {
    let target = reader.string(reference)?;
    let name = target.strip_prefix("#/components/schemas/");
    if name.is_none() {
        reader.expected(reference, "a reference to #/components/schemas/");
    }
    name.map(str::to_owned)
}

/// A named schema and what this place says beyond it.
fn read_refined(reader: &mut Reader<'_>, parts: &Node<'_>) -> Option<Schema> {
    let items = reader.items(parts);
    let [first, second] = items.as_slice() else {
        reader.expected(parts, "a reference and what holds at this place");
        return None;
    };
    let reference = reader.required(first, "$ref")?;
    reader.only(first, &["$ref"]);
    let name = read_reference(reader, &reference)?;
    Some(Schema::Refined(name, refinement::read(reader, second)))
}

fn read_string(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Schema> {
    known_keywords(reader, node, &["type", "enum", "const"]);
    if let Some(wire) = node.get("x-lark-wire") {
        if reader.string(&wire)? != "integer" {
            reader.expected(&wire, "integer");
        }
        return Some(Schema::NumericString);
    }
    let format = match node.get("format") {
        Some(format) => reader.string(&format)?,
        None => "",
    };
    match (format, node.get("enum")) {
        // What an integer may be is documentation; the type stays an integer.
        ("int64", _) => Some(Schema::TextInteger),
        ("binary", None) => Some(Schema::Binary),
        ("unix-s", None) => Some(moment(MomentUnit::Seconds, true)),
        ("unix-ms", None) => Some(moment(MomentUnit::Millis, true)),
        (_, Some(values)) => {
            let read =
                |reader: &mut Reader<'_>, value: &Node<'_>| reader.string(value).map(str::to_owned);
            Some(Schema::Enum(read_values(reader, node, &values, read)))
        }
        (_, None) => Some(Schema::String),
    }
}

fn read_integer(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Schema> {
    known_keywords(reader, node, &["type", "enum"]);
    let format = match node.get("format") {
        Some(format) => reader.string(&format)?,
        None => "",
    };
    match (format, node.get("enum")) {
        ("unix-s", _) => Some(moment(MomentUnit::Seconds, false)),
        ("unix-ms", _) => Some(moment(MomentUnit::Millis, false)),
        (_, Some(values)) => {
            let read = |reader: &mut Reader<'_>, value: &Node<'_>| reader.integer(value);
            Some(Schema::IntegerEnum(read_values(reader, node, &values, read)))
        }
        (_, None) => Some(Schema::Integer),
    }
}

fn moment(unit: MomentUnit, is_text: bool) -> Schema {
    Schema::Moment(Moment { unit, is_text })
}

/// The values of an enum, with the names and meanings that stand beside them.
fn read_values<T>(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    values: &Node<'_>,
    read: impl Fn(&mut Reader<'_>, &Node<'_>) -> Option<T>,
) -> Vec<EnumValue<T>> {
    let items = reader.items(values);
    if items.is_empty() {
        reader.expected(values, "at least one value");
    }
    let mut words = |key: &str| {
        let Some(words) = node.get(key) else { return vec![String::new(); items.len()] };
        let texts = reader.strings(&words);
        if texts.len() != items.len() {
            reader.wrong(&words, &format!("{} texts", items.len()), &texts.len().to_string());
        }
        texts
    };
    let (names, meanings) = (words("x-enum-varnames"), words("x-enum-descriptions"));
    let known = |words: &[String], at: usize| {
        words.get(at).filter(|word| !word.is_empty() && *word != "-").cloned()
    };
    let values = items.iter().enumerate().filter_map(|(at, item)| {
        let (name, meaning) = (known(&names, at), known(&meanings, at));
        Some(EnumValue { value: read(reader, item)?, name, meaning })
    });
    values.collect()
}

fn read_object(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Schema> {
    known_keywords(reader, node, &["type", "properties", "required", "additionalProperties"]);
    let properties = read_properties(reader, node);
    match node.get("additionalProperties") {
        None | Some(Node { json: Json::Bool(_), .. }) if properties.is_empty() => Some(Schema::Any),
        None | Some(Node { json: Json::Bool(_), .. }) => Some(Schema::Object(properties)),
        Some(values) if properties.is_empty() => {
            Some(Schema::Map(Box::new(read(reader, &values)?)))
        }
        Some(values) => {
            reader.wrong(&values, "either properties or additionalProperties", "both");
            None
        }
    }
}

fn read_properties(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Property> {
    let entries = match node.get("properties") {
        Some(properties) => reader.entries(&properties),
        None => Vec::new(),
    };
    let required = match node.get("required") {
        Some(required) => read_required(reader, &required, &entries),
        None => Vec::new(),
    };
    let mut properties = Vec::new();
    for (name, property) in entries {
        if let Some(schema) = read(reader, &property) {
            properties.push(Property {
                name: name.to_owned(),
                schema,
                required: required.iter().any(|required| required == name),
                facts: facts::read(reader, &property),
                pointer: property.pointer,
            });
        }
    }
    properties
}

fn read_required(
    reader: &mut Reader<'_>,
    required: &Node<'_>,
    properties: &[(&str, Node<'_>)],
) -> Vec<String> {
    let names = reader.strings(required);
    for name in &names {
        if !properties.iter().any(|(property, _)| property == name) {
            reader.wrong(required, "names of properties", &format!("`{name}`"));
        }
    }
    names
}

fn known_keywords(reader: &mut Reader<'_>, node: &Node<'_>, shape: &[&str]) {
    let extensions = [
        "x-enum-varnames",
        "x-enum-descriptions",
        "x-lark-unit",
        "x-lark-id",
        "x-lark-kinds",
        "x-lark-wire",
    ];
    for (key, member) in reader.entries(node) {
        let is_known = [shape, &facts::KEYWORDS, &IGNORED, &extensions].concat().contains(&key);
        if !is_known {
            let expected = match shape {
                [] => "a `type` or a `$ref`".to_owned(),
                _ => format!("no other keyword beside {}", shape.join(", ")),
            };
            reader.wrong(&member, &expected, &format!("the keyword `{key}`"));
        }
    }
}
