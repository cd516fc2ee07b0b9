//! The subset of JSON Schema that the documents use.

use super::json::Json;
use super::reader::{Node, Reader};

/// A schema, reduced to the shape it gives a Rust type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Schema {
    /// Free-form: `{}`, or an object that names no properties.
    Any,
    /// The component schema of that name.
    Ref(String),
    String,
    /// A string with a closed set of values in the spec; open in Rust.
    Enum(Vec<String>),
    /// An integer that travels as a JSON string.
    TextInteger,
    Integer,
    Number,
    Boolean,
    /// The content of a file.
    Binary,
    Array(Box<Schema>),
    Map(Box<Schema>),
    Object(Vec<Property>),
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) required: bool,
    pub(crate) pointer: String,
}

/// Keywords that say nothing about the Rust type.
const ANNOTATIONS: [&str; 18] = [
    "title",
    "description",
    "deprecated",
    "default",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
];

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
    let Some(kind) = node.get("type") else {
        known_keywords(reader, node, &[]);
        return Some(Schema::Any);
    };
    match reader.string(&kind)? {
        "string" => read_string(reader, node),
        "integer" => {
            known_keywords(reader, node, &["type", "format", "enum"]);
            Some(Schema::Integer)
        }
        "number" => {
            known_keywords(reader, node, &["type", "format"]);
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

fn read_string(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Schema> {
    known_keywords(reader, node, &["type", "format", "enum", "const"]);
    let format = node.get("format");
    let format = match &format {
        Some(format) => Some(reader.string(format)?),
        None => None,
    };
    match (format, node.get("enum")) {
        // What an integer may be is documentation; the type stays an integer.
        (Some("int64"), _) => Some(Schema::TextInteger),
        (Some("binary"), None) => Some(Schema::Binary),
        (_, Some(values)) => {
            let names = reader.strings(&values);
            if names.is_empty() {
                reader.expected(&values, "at least one value");
            }
            Some(Schema::Enum(names))
        }
        (_, None) => Some(Schema::String),
    }
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
    let known: Vec<&str> = shape.iter().chain(&ANNOTATIONS).copied().collect();
    for (key, member) in reader.entries(node) {
        if !known.contains(&key) && !key.starts_with("x-") {
            let expected = match shape {
                [] => "a `type` or a `$ref`".to_owned(),
                _ => format!("no other keyword beside {}", shape.join(", ")),
            };
            reader.wrong(&member, &expected, &format!("the keyword `{key}`"));
        }
    }
}
