//! What one use of a named schema says beyond the schema: `allOf` of a `$ref` and of what is
//! required, or not taken, at that place.

use super::reader::{Node, Reader};
use super::schema::Schema;

/// What holds at one place where a schema is used.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Refinement {
    /// Names of members that are required here.
    pub(crate) required: Vec<String>,
    /// `Some` where this use decides whether the member is read-only.
    pub(crate) read_only: Option<bool>,
    /// What holds deeper down, by the name of the member.
    pub(crate) properties: Vec<(String, Refinement)>,
    /// What holds for the items of a list.
    pub(crate) items: Option<Box<Refinement>>,
    pub(crate) pointer: String,
}

/// What a schema says of the schema that it refers to, or that its items refer to.
pub(crate) fn of(schema: &Schema) -> Option<Refinement> {
    match schema {
        Schema::Refined(_, refinement) => Some(refinement.clone()),
        Schema::Array(items) => {
            let items = of(items)?;
            let pointer = items.pointer.clone();
            Some(Refinement { items: Some(Box::new(items)), pointer, ..Refinement::default() })
        }
        _ => None,
    }
}

/// Reads the second part of an `allOf`.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Refinement {
    reader.exactly(node, &["type", "required", "readOnly", "properties", "items"]);
    let required = node.get("required").map(|names| reader.strings(&names)).unwrap_or_default();
    let read_only = node.get("readOnly").map(|_| reader.flag(node, "readOnly"));
    let mut properties = Vec::new();
    if let Some(members) = node.get("properties") {
        for (name, member) in reader.entries(&members) {
            properties.push((name.to_owned(), read(reader, &member)));
        }
    }
    let items = node.get("items").map(|items| Box::new(read(reader, &items)));
    Refinement { required, read_only, properties, items, pointer: node.pointer.clone() }
}
