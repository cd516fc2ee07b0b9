//! One path a thing: a public type or function that can be imported from two places is two things
//! to its readers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Kinds of items that programs import.
const KINDS: [&str; 9] =
    ["constant", "enum", "function", "macro", "static", "struct", "trait", "type_alias", "union"];

/// The paths of every item, by its id.
type Paths = BTreeMap<u64, BTreeSet<String>>;

/// Reports the items of a crate that have several public paths.
pub(crate) fn check(documentation: &Value, findings: &mut Vec<String>) {
    let mut paths = Paths::new();
    let root = &documentation["root"];
    let name = item(documentation, root)["name"].as_str().unwrap_or_default();
    module(documentation, root, name, &mut Vec::new(), &mut paths);
    for paths in paths.values().filter(|paths| paths.len() > 1) {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        findings.push(format!("one item, {} public paths: {}", paths.len(), paths.join(", ")));
    }
}

fn item<'a>(documentation: &'a Value, id: &Value) -> &'a Value {
    &documentation["index"][id.to_string()]
}

/// Adds what a module has. `parents` ends circles of reexports.
fn module(
    documentation: &Value,
    id: &Value,
    path: &str,
    parents: &mut Vec<u64>,
    paths: &mut Paths,
) {
    let Some(number) = id.as_u64().filter(|number| !parents.contains(number)) else { return };
    parents.push(number);
    let inner = &item(documentation, id)["inner"];
    // A glob may be that of an enum.
    let items = inner["module"]["items"].as_array().or(inner["enum"]["variants"].as_array());
    for id in items.into_iter().flatten() {
        add(documentation, id, path, parents, paths);
    }
    parents.pop();
}

fn add(documentation: &Value, id: &Value, path: &str, parents: &mut Vec<u64>, paths: &mut Paths) {
    let found = item(documentation, id);
    let inner = &found["inner"];
    let reexport = &inner["use"];
    let target = &reexport["id"];
    if reexport["is_glob"] == true {
        return module(documentation, target, path, parents, paths);
    }
    let name = reexport["name"].as_str().or(found["name"].as_str()).unwrap_or_default();
    let path = format!("{path}::{name}");
    let (id, inner) = match target {
        Value::Null => (id, inner),
        _ => (target, &item(documentation, target)["inner"]),
    };
    if !inner["module"].is_null() {
        return module(documentation, id, &path, parents, paths);
    }
    // What another crate has is in no index.
    let is_imported = inner.is_null() || KINDS.iter().any(|kind| !inner[kind].is_null());
    if let (true, Some(id)) = (is_imported, id.as_u64()) {
        paths.entry(id).or_default().insert(path);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn findings(items: &Value) -> Vec<String> {
        let documentation = json!({
            "root": 0,
            "index": {
                "0": { "name": "lark_core", "inner": { "module": { "items": items } } },
                "1": { "name": "Secret", "inner": { "struct": { "impls": [] } } },
                "2": { "name": "util", "inner": { "module": { "items": [1, 0] } } },
                "3": { "name": null, "inner": { "use": {
                    "name": "Secret", "id": 1, "is_glob": false,
                } } },
                "4": { "name": null, "inner": { "use": { "name": "util", "id": 2, "is_glob": true } } },
                "5": { "name": null, "inner": { "use": {
                    "name": "Hidden", "id": 1, "is_glob": false,
                } } },
                "6": { "name": null, "inner": { "use": {
                    "name": "http", "id": 90, "is_glob": false,
                } } },
            },
        });
        let mut findings = Vec::new();
        check(&documentation, &mut findings);
        findings
    }

    #[test]
    fn one_path_is_fine() {
        for items in [json!([1]), json!([2]), json!([3]), json!([4]), json!([3, 4]), json!([6])] {
            assert_eq!(findings(&items), Vec::<String>::new(), "{items}");
        }
    }

    #[test]
    fn two_paths_are_found() {
        let modules = "one item, 2 public paths: lark_core::Secret, lark_core::util::Secret";
        assert_eq!(findings(&json!([2, 3])), [modules]);
        assert_eq!(findings(&json!([2, 4])), [modules]);
        let names = "one item, 2 public paths: lark_core::Hidden, lark_core::Secret";
        assert_eq!(findings(&json!([3, 5])), [names]);
    }
}
