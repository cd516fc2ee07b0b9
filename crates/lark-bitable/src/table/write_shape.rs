//! The form in which a cell is written, which is not the one in which it is read.

use lark_core::__private::is_exact;
use serde_json::{Number, Value, json};

use super::fit::shortened;
use super::moment;
use super::schema::Field;
use super::shape::Shape;

/// Why a value cannot be written: what the field takes, and what there is.
#[derive(Debug, PartialEq)]
pub(super) struct Unwritable {
    pub(super) wanted: &'static str,
    pub(super) found: String,
}

/// Most characters of a text.
const TEXT: usize = 100_000;
/// Most characters of a phone number.
const PHONE: usize = 64;

/// The value in the form in which its field takes it, from that form or the one in which cells are
/// read; null for an empty cell.
pub(super) fn to_written(field: &Field, value: &Value) -> Result<Value, Unwritable> {
    let wanted = match (field.shape(), value) {
        (Shape::Number, Value::Number(_)) => {
            "an integer of at most 2^53, which a number field keeps exactly (a text field others, too)"
        }
        (shape, _) => wanted(shape),
    };
    let written = if is_empty(value) { Some(Value::Null) } else { written(field.shape(), value) };
    written.ok_or_else(|| Unwritable { wanted, found: described(value) })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => {
            object.get("link_record_ids").and_then(Value::as_array).is_some_and(Vec::is_empty)
        }
        _ => false,
    }
}

fn written(shape: Shape, value: &Value) -> Option<Value> {
    match shape {
        Shape::Text => joined(value).filter(|it| is_up_to(it, TEXT)).map(Value::String),
        Shape::Number => value.as_number().filter(|it| is_kept(it)).map(|it| it.clone().into()),
        Shape::Select => value.as_str().map(Value::from),
        Shape::Phone => value.as_str().filter(|it| is_up_to(it, PHONE)).map(Value::from),
        Shape::MultiSelect => list(value, |it| it.as_str().map(Value::from)),
        Shape::Date => millis(value).map(Value::from),
        Shape::Checkbox => value.as_bool().map(Value::from),
        Shape::People | Shape::Chats => list(value, |it| Some(json!({ "id": name(it, "id")? }))),
        Shape::Attachments => {
            list(value, |it| Some(json!({ "file_token": name(it, "file_token")? })))
        }
        Shape::Link => {
            let link = name(value, "link")?;
            let text = value["text"].as_str().filter(|it| !it.is_empty()).unwrap_or(link);
            Some(json!({ "link": link, "text": text }))
        }
        Shape::Records => {
            let ids = value.get("link_record_ids").unwrap_or(value);
            list(ids, |it| it.as_str().map(Value::from))
        }
        Shape::Location => name(value, "location").map(Value::from),
        _ => Some(value.clone()),
    }
}

/// Whether a cell keeps a number as it is.
fn is_kept(number: &Number) -> bool {
    let as_double = number.as_f64().unwrap_or(f64::INFINITY);
    let is_integer = number.is_i64() || number.is_u64();
    !is_integer || is_exact(number, as_double)
}

fn is_up_to(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().count() <= most
}

/// The text of a list of pieces, or the text itself.
fn joined(value: &Value) -> Option<String> {
    match value {
        Value::Array(pieces) => pieces.iter().map(|it| name(it, "text")).collect(),
        value => name(value, "text").map(str::to_owned),
    }
}

/// The text itself, or the member of an object that stands for all of it.
fn name<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.as_str().or_else(|| value.get(member)?.as_str())
}

/// A list with each item in its form. A single value is a list of one.
fn list(value: &Value, each: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    match value {
        Value::Array(items) => items.iter().map(each).collect::<Option<Vec<_>>>().map(Value::Array),
        value => each(value).map(|it| Value::Array(vec![it])),
    }
}

fn millis(value: &Value) -> Option<i64> {
    let whole = |it: f64| (it.fract() == 0.0 && it.abs() < 9e15).then_some(it as i64);
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => moment::from_text(text),
        _ => None,
    }
}

/// What a field takes, in words.
pub(super) fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text of up to 100,000 characters",
        Shape::Number => "a number",
        Shape::Select => "the name of an option",
        Shape::MultiSelect => "a list of names of options",
        Shape::Date => {
            "milliseconds since 1970, or a text with an offset such as 2026-11-26T09:30:00+08:00"
        }
        Shape::Checkbox => "true or false",
        Shape::People => "people, or a list of their ids",
        Shape::Phone => "a text of up to 64 characters",
        Shape::Link => "a link, or an address",
        Shape::Attachments => "attachments, or a list of tokens of files",
        Shape::Records => "a list of ids of records",
        Shape::Location => "a location, or a text of longitude and latitude",
        Shape::Chats => "chats, or a list of their ids",
        _ => "any JSON",
    }
}

/// A value in an error.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {:?}", shortened(text)),
        Value::Array(items) => match items.first() {
            Some(first) => format!("a list with {}", described(first)),
            None => "an empty list".to_owned(),
        },
        Value::Object(object) => {
            let members: Vec<&str> = object.keys().map(String::as_str).take(5).collect();
            format!("an object with {}", members.join(", "))
        }
    }
}

/// Whether a written cell has the same content as another. Order does not matter where the platform
/// keeps sets.
pub(super) fn is_same(shape: Shape, one: &Value, other: &Value) -> bool {
    // A box that was never checked is not distinguished from one that is not checked.
    let is_unchecked =
        |it: &Value| shape == Shape::Checkbox && (it.is_null() || *it == Value::Bool(false));
    if is_unchecked(one) && is_unchecked(other) {
        return true;
    }
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            let sorted = |it: &[Value]| {
                let mut texts: Vec<String> = it.iter().map(Value::to_string).collect();
                texts.sort();
                texts
            };
            sorted(one) == sorted(other)
        }
        (one, other) => one == other,
    }
}
