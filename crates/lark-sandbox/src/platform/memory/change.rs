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
        said.retain(|name, _| named.iter().any(|it| it == name));
        fields.retain(|name, _| said.contains_key(name) || !named.iter().any(|it| it == name));
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
    use super::MERGED;
    use crate::spec::{Kind, request_schema};

    #[test]
    fn what_is_merged_is_a_map_of_an_operation() {
        for (id, member, reason) in MERGED {
            let schema = request_schema(id).and_then(|it| it.property(member));
            assert_eq!(schema.map(|it| it.kind()), Some(Kind::Map), "{id} {member}: {reason}");
        }
    }
}
