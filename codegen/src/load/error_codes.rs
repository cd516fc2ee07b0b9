//! api-specs/error-codes.json: what the codes of the platform mean.

use std::collections::BTreeMap;

use super::json::Json;
use super::reader::{Node, Reader};
use crate::error::{Error, Place};

/// Where the codes are.
pub(crate) const FILE: &str = "api-specs/error-codes.json";

/// A code of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorCode {
    /// `BotNotInChat`, of the well-known ones.
    pub(crate) name: Option<String>,
    /// One of sixteen, such as `not_found`.
    pub(crate) kind: String,
    pub(crate) meaning: String,
}

/// Reads the codes; what is wrong goes to `errors`. No text is no codes.
pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> BTreeMap<i64, ErrorCode> {
    let mut codes = BTreeMap::new();
    if text.is_empty() {
        return codes;
    }
    let json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let place = Place::Line(error.line(), error.column());
            errors.push(Error::new(FILE, place, "JSON", error.to_string()));
            return codes;
        }
    };
    let mut reader = Reader { file: FILE, errors };
    let root = Node::root(&json);
    reader.exactly(&root, &["kinds", "codes"]);
    let kinds = root.get("kinds").map(|kinds| reader.entries(&kinds)).unwrap_or_default();
    let kinds: Vec<&str> = kinds.into_iter().map(|(kind, _)| kind).collect();
    let Some(entries) = reader.required(&root, "codes") else { return codes };
    for (code, node) in reader.entries(&entries) {
        let Ok(code) = code.parse() else {
            reader.wrong(&node, "a code as the name of the member", &format!("`{code}`"));
            continue;
        };
        if let Some(read) = read_code(&mut reader, &node, &kinds) {
            codes.insert(code, read);
        }
    }
    codes
}

fn read_code(reader: &mut Reader<'_>, node: &Node<'_>, kinds: &[&str]) -> Option<ErrorCode> {
    reader.exactly(node, &["kind", "meaning", "retry", "http", "name", "general"]);
    let kind = reader.required(node, "kind")?;
    let text = reader.string(&kind)?.to_owned();
    if !kinds.contains(&text.as_str()) {
        reader.expected(&kind, "one of the kinds");
    }
    let meaning = reader.required_string(node, "meaning")?;
    let name = node.get("name").and_then(|name| reader.string(&name).map(str::to_owned));
    Some(ErrorCode { name, kind: text, meaning })
}
