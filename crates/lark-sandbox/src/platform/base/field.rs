//! Fields of a table, and the forms of their cells.

use serde_json::{Map, Value, json};

use super::limits::WRONG_TYPE;
use crate::http::Rejection;

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) id: String,
    pub(super) name: String,
    /// The number of the type.
    pub(super) kind: i64,
    /// What the field was created with.
    pub(super) definition: Map<String, Value>,
    pub(super) is_primary: bool,
}

impl Field {
    /// A field as its creation has it.
    pub(super) fn new(id: String, definition: &Value, is_primary: bool) -> Self {
        let name = definition["field_name"].as_str().unwrap_or_default().trim().to_owned();
        let kind = definition["type"].as_i64().unwrap_or(1);
        let definition = definition.as_object().cloned().unwrap_or_default();
        Self { id, name, kind, definition, is_primary }
    }

    /// The field as it travels.
    pub(super) fn render(&self) -> Value {
        let mut map = self.definition.clone();
        for (name, value) in [
            ("field_id", json!(self.id)),
            ("field_name", json!(self.name)),
            ("type", json!(self.kind)),
            ("is_primary", json!(self.is_primary)),
        ] {
            map.insert(name.to_owned(), value);
        }
        map.entry("ui_type").or_insert_with(|| ui_type(self.kind).into());
        map.entry("property").or_insert(Value::Null);
        // The list has a text where creations have an object.
        if let Some(text) = map.get("description").and_then(|it| it.get("text")).cloned() {
            map.insert("description".to_owned(), text);
        }
        map.into()
    }

    /// Whether the platform fills in the cells itself.
    pub(super) fn is_computed(&self) -> bool {
        matches!(self.kind, 19 | 20 | 24 | 1001..=1005 | 3001)
    }

    /// Takes a value as it is written; null empties the cell. New names of options become options.
    pub(super) fn accept(&mut self, value: &Value) -> Result<Value, Rejection> {
        if value.is_null() && !self.is_computed() {
            return Ok(Value::Null);
        }
        let taken = if self.is_computed() { None } else { self.taken(value) };
        let taken = taken.ok_or_else(|| {
            WRONG_TYPE.because(format!("field {:?} of type {}", self.name, self.kind))
        })?;
        if matches!(self.kind, 3 | 4) {
            self.add_options(&taken);
        }
        Ok(taken)
    }

    fn taken(&self, value: &Value) -> Option<Value> {
        let list = |each: &dyn Fn(&Value) -> Option<Value>| {
            value.as_array()?.iter().map(each).collect::<Option<Vec<_>>>().map(Value::Array)
        };
        let member =
            |name: &'static str| list(&move |it: &Value| Some(json!({ name: it[name].as_str()? })));
        let text =
            |most: usize| value.as_str().filter(|it| it.chars().count() <= most).map(Value::from);
        match self.kind {
            1 => text(100_000),
            2 => value.is_number().then(|| value.clone()),
            3 => text(1000),
            4 | 18 | 21 => list(&|it| it.as_str().map(Value::from)),
            5 => value.as_i64().map(Value::from),
            7 => value.as_bool().map(Value::from),
            11 | 23 => member("id"),
            13 => text(64),
            15 => {
                let link = value["link"].as_str()?;
                Some(json!({ "link": link, "text": value["text"].as_str().unwrap_or(link) }))
            }
            17 => member("file_token"),
            22 => value.as_str().filter(|it| is_place(it)).map(Value::from),
            _ => None,
        }
    }

    fn add_options(&mut self, value: &Value) {
        let names = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let property = self.definition.entry("property").or_insert(Value::Null);
        if !property["options"].is_array() {
            *property = json!({ "options": [] });
        }
        let Some(options) = property["options"].as_array_mut() else { return };
        for name in names {
            if !options.iter().any(|it| it["name"] == *name) {
                let number = options.len();
                options.push(
                    json!({ "name": name, "id": format!("opt{number}"), "color": number % 55 }),
                );
            }
        }
    }
}

/// Longitude and latitude with a comma between them.
fn is_place(text: &str) -> bool {
    let numbers = text.split_once(',').map(|(it, other)| (it.parse::<f64>(), other.parse::<f64>()));
    matches!(numbers, Some((Ok(longitude), Ok(latitude)))
        if longitude.abs() <= 180.0 && latitude.abs() <= 90.0)
}

/// A cell as it is read. `as_pieces`: a text comes as a list of pieces.
pub(super) fn shown(kind: i64, value: &Value, as_pieces: bool) -> Value {
    let each = |show: &dyn Fn(&Value) -> Value| -> Value {
        value.as_array().into_iter().flatten().map(show).collect()
    };
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    match kind {
        1 if as_pieces => json!([{ "type": "text", "text": value }]),
        11 | 1003 | 1004 => each(&|it| {
            let id = text(&it["id"]);
            json!({ "id": id, "name": format!("Person {id}"), "en_name": "", "email": "",
                "avatar_url": "https://example.com/avatar.png" })
        }),
        17 => each(&|it| {
            let token = text(&it["file_token"]);
            let url = format!("https://open.feishu.cn/open-apis/drive/v1/medias/{token}/download");
            json!({ "file_token": token, "name": "file", "type": "application/octet-stream",
                "size": 0, "url": url, "tmp_url": url.replace("/download", "/batch_get_tmp_download_url") })
        }),
        18 | 21 => json!({ "link_record_ids": value }),
        22 => json!({ "location": value, "pname": "", "cityname": "", "adname": "", "address": "",
            "name": "", "full_address": "" }),
        23 => each(&|it| {
            let id = text(&it["id"]);
            json!({ "id": id, "name": format!("Chat {id}"), "avatar_url": "https://example.com/chat.png" })
        }),
        _ => value.clone(),
    }
}

/// How values of a type are shown, unless the field says otherwise.
fn ui_type(kind: i64) -> &'static str {
    match kind {
        1 => "Text",
        2 => "Number",
        3 => "SingleSelect",
        4 => "MultiSelect",
        5 => "DateTime",
        7 => "Checkbox",
        11 => "User",
        13 => "Phone",
        15 => "Url",
        17 => "Attachment",
        18 => "SingleLink",
        19 => "Lookup",
        20 => "Formula",
        21 => "DuplexLink",
        22 => "Location",
        23 => "GroupChat",
        1001 => "CreatedTime",
        1002 => "ModifiedTime",
        1003 => "CreatedUser",
        1004 => "ModifiedUser",
        _ => "AutoNumber",
    }
}
