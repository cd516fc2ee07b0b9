//! What a schema says about its values beside their type: meaning, limits, units.

use super::json::Json;
use super::reader::{Node, Reader};

/// What is known of the values of a schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    pub(crate) description: Option<String>,
    /// As JSON text.
    pub(crate) default: Option<String>,
    pub(crate) value: Range,
    pub(crate) length: Range,
    pub(crate) items: Range,
    pub(crate) pattern: Option<String>,
    /// How a text is written (`date`, `json` ..), where that is not the type's business.
    pub(crate) format: Option<String>,
    pub(crate) unit: Option<String>,
    /// What the id names.
    pub(crate) id: Option<String>,
    /// The kinds of JSON that were seen in a value without a type.
    pub(crate) kinds: Vec<String>,
    pub(crate) read_only: bool,
    /// Of the items of a list.
    pub(crate) of_items: Option<Box<Facts>>,
}

impl Facts {
    /// Nothing is known.
    pub(crate) const NONE: Facts = Facts {
        description: None,
        default: None,
        value: Range::NONE,
        length: Range::NONE,
        items: Range::NONE,
        pattern: None,
        format: None,
        unit: None,
        id: None,
        kinds: Vec::new(),
        read_only: false,
        of_items: None,
    };
}

impl Range {
    pub(crate) const NONE: Range = Range { least: None, most: None };
}

/// The least and the most that is allowed, both included.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) least: Option<String>,
    pub(crate) most: Option<String>,
}

#[cfg(test)]
impl Range {
    /// Empty texts are no bounds.
    pub(crate) fn of(least: &str, most: &str) -> Range {
        let bound = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Range { least: bound(least), most: bound(most) }
    }
}

/// The keywords that are read here.
pub(crate) const KEYWORDS: [&str; 11] = [
    "description",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "readOnly",
    "format",
];

/// Formats of texts that are documentation: the type stays a text.
const TEXT_FORMATS: [&str; 11] = [
    "base64",
    "base64url",
    "date",
    "date-basic",
    "date-slash",
    "date-time",
    "json",
    "local-date-minute",
    "local-date-time",
    "month",
    "month-basic",
];

/// Formats that decide the type.
const TYPE_FORMATS: [&str; 5] = ["int64", "double", "binary", "unix-s", "unix-ms"];

const UNITS: [&str; 14] =
    ["ns", "us", "ms", "s", "min", "h", "day", "byte", "KB", "MB", "px", "percent", "m", "0.01"];

const IDS: [&str; 7] = ["open_id", "union_id", "user", "department", "chat", "message", "file"];

const KINDS: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// Reads what `node`, a schema, says of its values.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Facts {
    Facts {
        description: text(reader, node, "description"),
        default: node.get("default").map(|value| value.json.to_text()),
        value: range(reader, node, "minimum", "maximum"),
        length: range(reader, node, "minLength", "maxLength"),
        items: range(reader, node, "minItems", "maxItems"),
        pattern: text(reader, node, "pattern"),
        format: format(reader, node),
        unit: word(reader, node, "x-lark-unit", &UNITS),
        id: word(reader, node, "x-lark-id", &IDS),
        kinds: kinds(reader, node),
        read_only: reader.flag(node, "readOnly"),
        of_items: node.get("items").map(|items| Box::new(read(reader, &items))),
    }
}

fn text(reader: &mut Reader<'_>, node: &Node<'_>, key: &str) -> Option<String> {
    let member = node.get(key)?;
    reader.string(&member).map(str::to_owned)
}

fn range(reader: &mut Reader<'_>, node: &Node<'_>, least: &str, most: &str) -> Range {
    Range { least: number(reader, node, least), most: number(reader, node, most) }
}

fn number(reader: &mut Reader<'_>, node: &Node<'_>, key: &str) -> Option<String> {
    let member = node.get(key)?;
    match member.json {
        Json::Number(number) => Some(number.to_string()),
        _ => {
            reader.expected(&member, "a number");
            None
        }
    }
}

fn format(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<String> {
    let member = node.get("format")?;
    let format = reader.string(&member)?;
    if TEXT_FORMATS.contains(&format) {
        return Some(format.to_owned());
    }
    if !TYPE_FORMATS.contains(&format) {
        let known = [TYPE_FORMATS.as_slice(), &TEXT_FORMATS].concat().join(", ");
        reader.expected(&member, &format!("one of {known}"));
    }
    None
}

fn word(reader: &mut Reader<'_>, node: &Node<'_>, key: &str, known: &[&str]) -> Option<String> {
    let member = node.get(key)?;
    let word = reader.string(&member)?;
    if !known.contains(&word) {
        reader.expected(&member, &format!("one of {}", known.join(", ")));
    }
    Some(word.to_owned())
}

fn kinds(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<String> {
    let Some(member) = node.get("x-lark-kinds") else { return Vec::new() };
    let kinds = reader.strings(&member);
    if kinds.iter().any(|kind| !KINDS.contains(&kind.as_str())) {
        reader.expected(&member, &format!("some of {}", KINDS.join(", ")));
    }
    kinds
}
