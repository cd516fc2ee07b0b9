//! What the path of a call names is what its response is about.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Gives the thing in `data` the ids that the path names: `/minutes/{minute_token}` is answered with
/// the `token` of its `minute`, `/periods/{period_id}` with its `period_id`.
pub(super) fn take_ids(data: &mut Value, path: &BTreeMap<&'static str, String>) {
    for (name, value) in path {
        put(data, name, value);
        for (at, _) in name.match_indices('_') {
            let (thing, id) = (&name[..at], &name[at + 1..]);
            if let Some(thing) = data.get_mut(thing).filter(|it| it.is_object()) {
                put(thing, name, value);
                put(thing, id, value);
            }
        }
    }
}

/// Replaces a text. Where ids of other kinds stand beside it, nobody knows which one the path has.
fn put(thing: &mut Value, name: &str, value: &str) {
    let other = match name {
        "user_id" => "open_id",
        "department_id" => "open_department_id",
        _ => "",
    };
    if thing.get(other).is_some() {
        return;
    }
    if let Some(text) = thing.get_mut(name).filter(|it| it.is_string()) {
        *text = json!(value);
    }
}
