//! What a change does to what is known.

use serde_json::{Map, Value};

/// Members of updates that are merged with what was there, and why. All others take its place.
const MERGED: [(&str, &str, &str); 1] =
    [("bitable.v1.app.table.record.update", "fields", "a cell that is not named keeps its value")];

/// Takes over what a request says; of a list of members to update, only those.
pub(super) fn apply(
    operation_id: &str,
    fields: &mut Map<String, Value>,
    mut said: Map<String, Value>,
    named: Option<&Vec<Value>>,
) {
    if let Some(named) = named {
        let is_named = |member: &String| named.iter().any(|it| names(it, member));
        said.retain(|member, _| is_named(member));
        fields.retain(|member, _| said.contains_key(member) || !is_named(member));
    }
    for (name, value) in said {
        let is_merged =
            MERGED.iter().any(|(id, member, _)| (*id, *member) == (operation_id, name.as_str()));
        match (fields.get_mut(&name).filter(|_| is_merged), value) {
            (Some(Value::Object(known)), Value::Object(more)) => merge(known, more),
            (_, value) => {
                fields.insert(name, value);
            }
        }
    }
}

/// Whether a value of a list means this member. Some operations have names of their own there, in
/// capitals and perhaps shorter: `ICON` means `icon_key`.
fn names(value: &Value, member: &str) -> bool {
    let Some(name) = value.as_str() else { return false };
    let is_own = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    name == member || is_own && member.starts_with(&name.to_lowercase())
}

/// Null empties an entry.
fn merge(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        if value.is_null() {
            known.remove(&key);
        } else {
            known.insert(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{MERGED, apply};
    use crate::spec::{Kind, request_schema};

    #[test]
    fn of_what_is_said_only_what_is_named_changes() {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        for (named, changed) in [
            (json!(["title"]), json!({ "title": "new", "icon_key": "old", "color": "old" })),
            (
                json!(["TITLE", "ICON"]),
                json!({ "title": "new", "icon_key": "new", "color": "old" }),
            ),
            (json!(["COLOR"]), json!({ "title": "old", "icon_key": "old" })),
            (json!(["titl"]), json!({ "title": "old", "icon_key": "old", "color": "old" })),
        ] {
            let mut fields: Map<String, Value> =
                object(json!({ "title": "old", "icon_key": "old", "color": "old" }));
            let said = object(json!({ "title": "new", "icon_key": "new" }));
            apply("any", &mut fields, said, named.as_array());
            assert_eq!(Value::Object(fields), changed, "{named}");
        }
    }

    #[test]
    fn what_is_merged_is_a_map_of_an_operation() {
        for (id, member, reason) in MERGED {
            let schema = request_schema(id).and_then(|it| it.property(member));
            assert_eq!(schema.map(|it| it.kind()), Some(Kind::Map), "{id} {member}: {reason}");
        }
    }
}
