//! Values of cells, as responses have them: not in the shape in which they were written.

use serde_json::{Value, json};

use crate::platform::Call;

/// The kinds of mentioned documents, and their numbers.
const DOCUMENTS: [(&str, i64); 6] =
    [("doc", 1), ("sheet", 3), ("bitable", 8), ("mindnote", 11), ("slide", 15), ("docx", 22)];

/// How cells are rendered.
pub(super) struct Render {
    as_text: bool,
    /// Whether users are named by an id that a caller can use; the platform's default is one of its own.
    with_lark_ids: bool,
}

impl Render {
    pub(super) fn of(call: &Call) -> Self {
        Self {
            as_text: call.query("valueRenderOption") == Some("ToString"),
            with_lark_ids: call.query("user_id_type").is_none_or(|it| it == "lark_id"),
        }
    }

    pub(super) fn cell(&self, value: &Value) -> Value {
        match value {
            Value::Array(parts) if self.as_text && !has_image(parts) => {
                parts.iter().map(|it| self.text(it)).collect::<String>().into()
            }
            Value::Array(parts) => parts.iter().map(|it| self.part(it)).collect(),
            Value::Object(_) => match value["type"].as_str().unwrap_or_default() {
                "formula" => value["text"].clone(),
                "multipleValue" if self.as_text => {
                    let options = value["values"].as_array().into_iter().flatten();
                    let text =
                        |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
                    options.map(text).collect::<Vec<_>>().join(",").into()
                }
                "multipleValue" => value.clone(),
                "embed-image" => json!([self.part(value)]),
                _ if self.as_text => self.text(value).into(),
                // Alone or not, what has parts is a list of them.
                _ => json!([self.part(value)]),
            },
            value => value.clone(),
        }
    }

    fn text(&self, part: &Value) -> String {
        let text = part["text"].as_str().unwrap_or_default();
        if part["type"] == "mention" { format!("@{text}") } else { text.to_owned() }
    }

    fn part(&self, part: &Value) -> Value {
        match part["type"].as_str().unwrap_or_default() {
            "mention" => self.mention(part),
            "url" => {
                let mut link = part.clone();
                link["cellPosition"] = Value::Null;
                link
            }
            // Without a token there is nothing to download.
            "embed-image" if self.as_text => json!({ "type": "embed-image", "id": 1 }),
            _ => part.clone(),
        }
    }

    fn mention(&self, part: &Value) -> Value {
        let id = part["text"].as_str().unwrap_or_default();
        let document = DOCUMENTS.iter().find(|it| part["objType"] == it.0);
        let kind = document.map_or(0, |it| it.1);
        let token = match self.with_lark_ids && kind == 0 {
            true => format!("{}", crate::services::ids::hash(id)),
            false => id.to_owned(),
        };
        json!({
            "type": "mention",
            "mentionType": kind,
            "token": token,
            "text": format!("@{id}"),
            "link": "",
            "cellPosition": null,
        })
    }
}

fn has_image(parts: &[Value]) -> bool {
    parts.iter().any(|it| it["type"] == "embed-image")
}
