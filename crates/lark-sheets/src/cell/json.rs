//! Cells as they travel: the shape that is written, and those that are read.

use lark_core::__private::MAX_EXACT;
use lark_core::Value;
use serde_json::{Number, json};

use super::{Cell, Image, Link, Mention, Segment};

impl Cell {
    /// A value as the platform sends it, or takes it.
    ///
    /// ```
    /// use lark_sheets::cell::Cell;
    /// use serde_json::json;
    ///
    /// // A link is read within a list, and written alone.
    /// let read = Cell::from_json(json!([{ "type": "url", "text": "docs", "link": "https://a.b", "cellPosition": null }]));
    /// assert_eq!(read.to_json(), json!({ "type": "url", "text": "docs", "link": "https://a.b" }));
    /// ```
    #[must_use]
    pub fn from_json(value: Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::Bool(bool) => Self::Bool(bool),
            Value::Number(number) => match number.as_f64() {
                Some(number) => Self::Number(number),
                None => Self::Other(number.into()),
            },
            Value::String(text) => Self::Text(text),
            Value::Array(items) => from_list(items),
            Value::Object(_) => from_object(value),
        }
    }

    /// The value as the platform takes it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Number(number) => json_number(*number),
            Self::Text(text) => text.as_str().into(),
            Self::Bool(bool) => (*bool).into(),
            Self::Formula(text) => json!({ "type": "formula", "text": text }),
            Self::Link(link) => link.to_json(),
            Self::Mention(mention) => mention.to_json(),
            Self::MultipleValues(options) => json!({ "type": "multipleValue", "values": options }),
            Self::RichText(segments) => segments.iter().map(Segment::to_json).collect(),
            Self::Image(image) => image.to_json(),
            Self::Other(value) => value.clone(),
        }
    }

    /// A value that was read with formulas as their texts.
    pub(crate) fn from_formulas(value: Value) -> Self {
        match Self::from_json(value) {
            Self::Text(text) if text.starts_with('=') => Self::Formula(text),
            other => other,
        }
    }
}

/// A number, without a fraction if it has none. Infinity and NaN, which JSON has no words for, are null.
fn json_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
        return (number as i64).into();
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A list of parts. One part alone is what it is.
fn from_list(items: Vec<Value>) -> Cell {
    if !items.iter().all(Value::is_object) {
        return Cell::Other(items.into());
    }
    let mut segments: Vec<Segment> = items.into_iter().map(Segment::from_json).collect();
    if segments.len() == 1
        && let Some(segment) = segments.pop()
    {
        return match segment {
            Segment::Text { text, style: None } => Cell::Text(text),
            Segment::Link(link) => link.into(),
            Segment::Mention(mention) => mention.into(),
            Segment::Image(image) => image.into(),
            Segment::Other(value) if value["type"] == "formula" => from_object(value),
            segment => Cell::RichText(vec![segment]),
        };
    }
    Cell::RichText(segments)
}

fn from_object(value: Value) -> Cell {
    let typed = match value["type"].as_str() {
        Some("formula") => value["text"].as_str().map(Cell::formula),
        Some("url") => Link::from_json(&value).map(Into::into),
        Some("mention") => Mention::from_json(&value).map(Into::into),
        Some("embed-image") => Image::from_json(&value).map(Into::into),
        Some("multipleValue") => value["values"].as_array().cloned().map(Cell::MultipleValues),
        Some("text") if value["text"].is_string() => Some(from_list(vec![value.clone()])),
        _ => None,
    };
    typed.unwrap_or(Cell::Other(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: Value) -> Value {
        Cell::from_json(value).to_json()
    }

    #[test]
    fn what_is_written_is_read_the_same() {
        for value in [
            json!(null),
            json!(true),
            json!(7),
            json!(1.5),
            json!("text"),
            json!({ "type": "formula", "text": "=A1" }),
            json!({ "type": "url", "text": "docs", "link": "https://a.b" }),
            json!({ "type": "url", "text": "a@b.c", "texts": [{ "text": "a@b.c" }] }),
            json!({ "type": "mention", "textType": "openId", "text": "ou_1", "notify": true }),
            json!({ "type": "mention", "textType": "fileToken", "text": "sht1", "objType": "sheet" }),
            json!({ "type": "multipleValue", "values": [1, "test", true] }),
            json!([
                { "type": "text", "text": "a", "segmentStyle": { "bold": true } },
                { "type": "mention", "textType": "email", "text": "a@b.c" },
                { "type": "text", "text": "b" },
            ]),
            json!({ "type": "embed-image", "fileToken": "box1", "width": 2.5 }),
            json!({ "type": "tomorrow", "payload": [1, { "a": null }] }),
            json!([1, 2]),
            json!([{ "type": "attachment", "fileToken": "box1", "mimeType": "application/pdf" }]),
        ] {
            assert_eq!(round(value.clone()), value);
        }
    }

    #[test]
    fn what_is_read_is_written_in_the_shape_of_writes() {
        let read = json!([{ "type": "mention", "mentionType": 0, "token": "ou_1", "text": "@Ada",
            "link": "", "cellPosition": null }]);
        let cell = Cell::from_json(read);
        assert_eq!(cell.plain_text(), "Ada");
        assert_eq!(
            cell.to_json(),
            json!({ "type": "mention", "textType": "openId", "text": "ou_1" })
        );
        let read =
            json!([{ "type": "mention", "mentionType": 22, "token": "dox1", "text": "Plan" }]);
        let written = json!({ "type": "mention", "textType": "fileToken", "text": "dox1", "objType": "docx" });
        assert_eq!(round(read), written);
        // What says nothing of whom it mentions is kept.
        let unclear = json!({ "type": "mention", "text": "@Ada" });
        assert_eq!(round(unclear.clone()), unclear);
        assert_eq!(round(json!([{ "type": "text", "text": "plain" }])), json!("plain"));
        assert_eq!(Cell::from_formulas(json!("=A1")), Cell::formula("=A1"));
        assert_eq!(Cell::from_json(json!("=A1")), Cell::from("=A1"));
    }
}
