//! Responses whose values are not of the types that the specs promise.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::http::ResponseBody;

/// The same response with other types. What is no JSON stays as it is.
pub(super) fn drift(body: &mut ResponseBody) {
    let ResponseBody::Bytes(bytes) = body else { return };
    let Ok(mut envelope) = serde_json::from_slice::<Value>(bytes) else { return };
    for (name, value) in envelope.as_object_mut().into_iter().flatten() {
        // Clients tell success from rejection by these two.
        if name != "code" && name != "msg" {
            change(value);
        }
    }
    *bytes = Bytes::from(envelope.to_string());
}

fn change(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.to_string()),
        Value::String(text) => {
            // Only where nothing is lost: ids and codes may begin with a zero.
            let number = text.parse::<i64>().ok().filter(|number| number.to_string() == *text);
            if let Some(number) = number {
                *value = json!(number);
            }
        }
        Value::Array(items) if items.is_empty() => *value = Value::Null,
        Value::Array(items) => items.iter_mut().for_each(change),
        // As servers do whose language has one type for both.
        Value::Object(fields) if fields.is_empty() => *value = json!([]),
        Value::Object(fields) => fields.values_mut().for_each(change),
        Value::Null | Value::Bool(_) => {}
    }
}
