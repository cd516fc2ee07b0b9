//! OpenAPI Overlay 1.0: corrections of a document, each with its reason.

use serde_json_path::JsonPath;

use super::json::Json;
use super::reader::{Node, Reader};

/// Applies the actions of `overlay` to `document`, in order.
pub(crate) fn apply(reader: &mut Reader<'_>, overlay: &Json, document: &mut Json) {
    let root = Node::root(overlay);
    reader.only(&root, &["overlay", "info", "extends", "actions"]);
    if let Some(version) = reader.required(&root, "overlay")
        && reader.string(&version).is_some_and(|version| !version.starts_with("1.0."))
    {
        reader.expected(&version, "Overlay 1.0");
    }
    if let Some(info) = reader.required(&root, "info") {
        reader.required_string(&info, "title");
        reader.required_string(&info, "version");
    }
    let Some(actions) = reader.required(&root, "actions") else { return };
    for action in reader.items(&actions) {
        apply_action(reader, &action, document);
    }
}

/// The document that an overlay says it corrects.
pub(crate) fn extends(reader: &mut Reader<'_>, overlay: &Json) -> Option<String> {
    reader.required_string(&Node::root(overlay), "extends")
}

fn apply_action(reader: &mut Reader<'_>, action: &Node<'_>, document: &mut Json) -> Option<()> {
    reader.only(action, &["target", "description", "update", "remove"]);
    // The specification leaves the description to the author; we want to know why.
    let reason = reader.required(action, "description");
    if let Some(reason) = reason
        && reader.string(&reason).is_some_and(|reason| reason.trim().is_empty())
    {
        reader.expected(&reason, "the reason of this action");
    }
    let target = reader.required(action, "target")?;
    let pointers = locate(reader, &target, document)?;
    if reader.flag(action, "remove") {
        // From the last to the first, so that removing an item moves no other target.
        pointers.iter().rev().for_each(|pointer| remove(document, pointer));
        return Some(());
    }
    let update = reader.required(action, "update")?;
    for pointer in &pointers {
        match find(document, pointer).expect("the query gave this location") {
            Json::Array(items) => items.push(update.json.clone()),
            object @ Json::Object(_) => merge(object, update.json),
            scalar => {
                let found = scalar.describe();
                reader.wrong(&target, "a path to objects or arrays", &found);
            }
        }
    }
    Some(())
}

/// The places that a JSONPath names, as the keys and indices that lead there.
fn locate(reader: &mut Reader<'_>, target: &Node<'_>, document: &Json) -> Option<Vec<Vec<String>>> {
    let path = match JsonPath::parse(reader.string(target)?) {
        Ok(path) => path,
        Err(error) => {
            reader.wrong(target, "a JSONPath (RFC 9535)", &error.to_string());
            return None;
        }
    };
    let value = document.to_value();
    let located: Vec<Vec<String>> = path
        .query_located(&value)
        .locations()
        .map(|location| location.iter().map(|element| element_key(element)).collect())
        .collect();
    if located.is_empty() {
        reader.wrong(target, "a path that matches something", &target.json.describe());
        return None;
    }
    Some(located)
}

fn element_key(element: &serde_json_path::PathElement<'_>) -> String {
    match element {
        serde_json_path::PathElement::Name(name) => (*name).to_owned(),
        serde_json_path::PathElement::Index(index) => index.to_string(),
    }
}

fn find<'a>(document: &'a mut Json, keys: &[String]) -> Option<&'a mut Json> {
    keys.iter().try_fold(document, |json, key| match json {
        Json::Object(members) => {
            members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
        }
        Json::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn remove(document: &mut Json, keys: &[String]) {
    let Some((last, parents)) = keys.split_last() else { return };
    match find(document, parents) {
        Some(Json::Object(members)) => members.retain(|(name, _)| name != last),
        Some(Json::Array(items)) => {
            if let Ok(index) = last.parse::<usize>() {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// Objects merge member by member, arrays append, anything else is replaced.
fn merge(target: &mut Json, update: &Json) {
    match (target, update) {
        (Json::Object(members), Json::Object(updates)) => {
            for (key, update) in updates {
                match members.iter_mut().find(|(name, _)| name == key) {
                    Some((_, value)) => merge(value, update),
                    None => members.push((key.clone(), update.clone())),
                }
            }
        }
        (Json::Array(items), Json::Array(more)) => items.extend(more.iter().cloned()),
        (target, update) => *target = update.clone(),
    }
}
