//! The types of other crates in our public interface: those that external-types.toml lists, no others.
//!
//! A new major version of such a crate is one of ours, so each is there on purpose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use toml_edit::DocumentMut;

use crate::error::Error;
use crate::project::Project;

const LIST: &str = "external-types.toml";
/// The standard library, as rustdoc names its parts.
const STANDARD: [&str; 3] = ["alloc", "core", "std"];

/// The module whose items may be of any type.
const PRIVATE: &str = "__private";
/// The keys under which the documentation of an item lists its parts.
const PARTS: [&str; 5] = ["fields", "impls", "items", "tuple", "variants"];

/// Crate and type, and the names of what uses it.
type Uses = BTreeMap<(String, String), BTreeSet<String>>;
/// Crate and its types; `*` is all of them.
type Listed = BTreeSet<(String, String)>;

/// Compares what is public with what is listed.
pub(crate) fn check(
    project: &Project,
    crates: &[(String, Value)],
    findings: &mut Vec<String>,
) -> Result<(), Error> {
    let listed = listed(&project.read(LIST)?)?;
    let mut uses = Uses::new();
    for (package, documentation) in crates {
        collect(package, documentation, &mut uses);
    }
    compare(&listed, &uses, findings);
    Ok(())
}

fn listed(text: &str) -> Result<Listed, Error> {
    let wrong = |what: String| Error::Usage(format!("{LIST}: {what}"));
    let list: DocumentMut = text.parse().map_err(|error| wrong(format!("{error}")))?;
    let mut listed = Listed::new();
    for (name, types) in list.iter() {
        let types = types.as_array().ok_or_else(|| wrong(format!("{name}: expected a list")))?;
        let names = types.iter().filter_map(|it| it.as_str());
        listed.extend(names.map(|it| (name.to_owned(), it.to_owned())));
    }
    Ok(listed)
}

fn compare(listed: &Listed, uses: &Uses, findings: &mut Vec<String>) {
    let all = |name: &String| (name.clone(), "*".to_owned());
    for ((name, type_), users) in uses {
        if !listed.contains(&(name.clone(), type_.clone())) && !listed.contains(&all(name)) {
            let users: Vec<&str> = users.iter().take(3).map(String::as_str).collect();
            findings
                .push(format!("{name}::{type_} is public and not in {LIST}: {}", users.join(", ")));
        }
    }
    for (name, type_) in listed {
        let is_used = match type_.as_str() {
            "*" => uses.keys().any(|(it, _)| it == name),
            _ => uses.contains_key(&(name.clone(), type_.clone())),
        };
        if !is_used {
            findings.push(format!("{LIST}: nothing public uses {name}::{type_}"));
        }
    }
}

/// Adds the foreign types of one crate's documentation.
fn collect(package: &str, documentation: &Value, uses: &mut Uses) {
    let mut public = BTreeSet::new();
    reach(documentation, &documentation["root"], &mut public);
    for id in public {
        let item = &documentation["index"][id.to_string()];
        let inner = &item["inner"];
        let implementation = &inner["impl"];
        let is_derived = implementation["is_synthetic"] == true;
        if item["crate_id"] != 0 || is_derived || !implementation["blanket_impl"].is_null() {
            continue;
        }
        let user = match item["name"].as_str() {
            Some(name) => format!("{package} {name}"),
            None => format!("{package} impl"),
        };
        paths(inner, &mut |id| {
            if let Some(found) = foreign(documentation, id) {
                uses.entry(found).or_default().insert(user.clone());
            }
        });
        paths_of_reexport(&inner["use"], &mut |id| {
            if let Some(found) = foreign(documentation, id) {
                uses.entry(found).or_default().insert(format!("{package} pub use"));
            }
        });
    }
}

/// Adds the item and all that it consists of, hidden or not, except for the module of macros and
/// sibling crates, which promises nothing.
fn reach(documentation: &Value, id: &Value, public: &mut BTreeSet<u64>) {
    let item = &documentation["index"][id.to_string()];
    let Some(number) = id.as_u64().filter(|_| !item.is_null()) else { return };
    if item["name"] == PRIVATE || !public.insert(number) {
        return;
    }
    reach(documentation, &item["inner"]["use"]["id"], public);
    let mut open = vec![&item["inner"]];
    while let Some(node) = open.pop() {
        let Value::Object(fields) = node else { continue };
        for (key, value) in fields {
            match value {
                Value::Array(ids) if PARTS.contains(&key.as_str()) => {
                    ids.iter().for_each(|id| reach(documentation, id, public));
                }
                // The kind of the item, and the kind of its fields.
                Value::Object(_) => open.push(value),
                _ => {}
            }
        }
    }
}

/// Every path to a type or trait below a node: an object with the three keys that only a path has.
fn paths(node: &Value, found: &mut impl FnMut(&Value)) {
    match node {
        Value::Object(fields) => {
            if ["path", "id", "args"].iter().all(|key| fields.contains_key(*key)) {
                found(&fields["id"]);
            }
            fields.values().for_each(|it| paths(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| paths(it, found)),
        _ => {}
    }
}

fn paths_of_reexport(reexport: &Value, found: &mut impl FnMut(&Value)) {
    if !reexport["id"].is_null() {
        found(&reexport["id"]);
    }
}

/// Crate and name of what is neither ours nor the standard library's.
fn foreign(documentation: &Value, id: &Value) -> Option<(String, String)> {
    let summary = &documentation["paths"][id.to_string()];
    let origin = &documentation["external_crates"][summary["crate_id"].to_string()];
    let name = origin["name"].as_str()?;
    let is_ours = name.starts_with("lark_");
    let type_ = summary["path"].as_array()?.last()?.as_str()?;
    (!is_ours && !STANDARD.contains(&name)).then(|| (name.to_owned(), type_.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn documentation() -> Value {
        let path = |id: u32| json!({ "resolved_path": { "path": "T", "id": id, "args": null } });
        json!({
            "root": 9,
            "index": {
                "9": { "crate_id": 0, "name": "lark_core", "inner": { "module": {
                    "items": [0, 4, 2, 5],
                } } },
                "4": { "crate_id": 0, "name": "Client", "inner": { "struct": {
                    "kind": "unit", "impls": [1],
                } } },
                // The module for macros, and what only it exports.
                "5": { "crate_id": 0, "name": "__private", "inner": { "module": { "items": [6] } } },
                "6": { "crate_id": 0, "name": "lock", "inner": { "function": { "output": path(7) } } },
                "0": { "crate_id": 0, "name": "send", "inner": { "function": {
                    "inputs": [["body", { "borrowed_ref": { "type": path(1) } }]], "output": path(2),
                } } },
                "1": { "crate_id": 0, "name": null, "inner": { "impl": {
                    "is_synthetic": false, "blanket_impl": { "generic": "T" }, "for": path(3),
                } } },
                "2": { "crate_id": 0, "name": null, "inner": { "use": { "id": 3, "source": "tokio" } } },
            },
            "paths": {
                "1": { "crate_id": 20, "path": ["bytes", "bytes", "Bytes"] },
                "2": { "crate_id": 1, "path": ["core", "option", "Option"] },
                "3": { "crate_id": 21, "path": ["tokio"] },
                "7": { "crate_id": 21, "path": ["tokio", "sync", "Mutex"] },
            },
            "external_crates": {
                "1": { "name": "core" }, "20": { "name": "bytes" }, "21": { "name": "tokio" },
            },
        })
    }

    fn findings(list: &str) -> Vec<String> {
        let mut uses = Uses::new();
        collect("lark-core", &documentation(), &mut uses);
        let mut findings = Vec::new();
        compare(&listed(list).expect("a list"), &uses, &mut findings);
        findings
    }

    #[test]
    fn a_listed_type_or_crate_may_be_public() {
        assert_eq!(findings("bytes = [\"Bytes\"]\ntokio = [\"*\"]"), Vec::<String>::new());
    }

    #[test]
    fn what_is_public_and_not_listed_is_found() {
        assert_eq!(
            findings(""),
            [
                "bytes::Bytes is public and not in external-types.toml: lark-core send",
                "tokio::tokio is public and not in external-types.toml: lark-core pub use",
            ]
        );
    }

    #[test]
    fn what_is_listed_and_not_public_is_found() {
        assert_eq!(
            findings("bytes = [\"Buf\", \"Bytes\"]\nhttp = [\"*\"]\ntokio = [\"*\"]"),
            [
                "external-types.toml: nothing public uses bytes::Buf",
                "external-types.toml: nothing public uses http::*",
            ]
        );
    }
}
