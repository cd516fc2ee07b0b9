//! api-specs/error-codes.json: what the codes of the platform mean.

use std::collections::BTreeMap;

use super::json::Json;
use super::overlay;
use super::reader::{Node, Reader};
use crate::error::{Error, Place};

/// Where the codes are.
pub(crate) const FILE: &str = "api-specs/error-codes.json";

/// What is said of a code that no source classifies.
const UNCLASSIFIED: &str = "Not classified.";

/// A code of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorCode {
    /// `BotNotInChat`, of the well-known ones.
    pub(crate) name: Option<String>,
    /// One of sixteen, such as `not_found`.
    pub(crate) kind: String,
    /// Empty if no source classifies the code.
    pub(crate) meaning: String,
    /// The statuses that it was seen with.
    pub(crate) http: Vec<u16>,
}

/// The codes, and what those of a kind mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorCodes {
    pub(crate) codes: BTreeMap<i64, ErrorCode>,
    pub(crate) kinds: BTreeMap<String, String>,
}

/// Reads the codes, corrected by the `overlays` that extend them; what is wrong goes to `errors`. No text
/// is no codes.
pub(crate) fn read(
    text: &str,
    overlays: &[(String, String)],
    errors: &mut Vec<Error>,
) -> ErrorCodes {
    if text.is_empty() {
        return ErrorCodes::default();
    }
    let mut json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let place = Place::Line(error.line(), error.column());
            errors.push(Error::new(FILE, place, "JSON", error.to_string()));
            return ErrorCodes::default();
        }
    };
    correct(&mut json, overlays, errors);
    read_codes(&mut Reader { file: FILE, errors }, &json)
}

/// Whether an overlay corrects the codes, and no document.
pub(super) fn is_extended_by(overlay: &Json) -> bool {
    matches!(overlay.get("extends"), Some(Json::String(file)) if file == FILE)
}

fn correct(json: &mut Json, overlays: &[(String, String)], errors: &mut Vec<Error>) {
    let mut overlays: Vec<_> = overlays.iter().collect();
    overlays.sort();
    for (file, text) in overlays {
        // One that is no JSON is reported where the documents are read.
        let Ok(overlay) = serde_json::from_str::<Json>(text) else { continue };
        if is_extended_by(&overlay) {
            overlay::apply(&mut Reader { file, errors }, &overlay, json);
        }
    }
}

fn read_codes(reader: &mut Reader<'_>, json: &Json) -> ErrorCodes {
    let mut read = ErrorCodes::default();
    let root = Node::root(json);
    reader.exactly(&root, &["kinds", "codes"]);
    let kinds = root.get("kinds").map(|kinds| reader.entries(&kinds)).unwrap_or_default();
    for (kind, node) in kinds {
        let meaning = reader.required_string(&node, "meaning").unwrap_or_default();
        read.kinds.insert(kind.to_owned(), meaning);
    }
    let Some(entries) = reader.required(&root, "codes") else { return read };
    for (code, node) in reader.entries(&entries) {
        let Ok(code) = code.parse() else {
            reader.wrong(&node, "a code as the name of the member", &format!("`{code}`"));
            continue;
        };
        if let Some(one) = read_code(reader, &node, &read.kinds) {
            read.codes.insert(code, one);
        }
    }
    read
}

fn read_code(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    kinds: &BTreeMap<String, String>,
) -> Option<ErrorCode> {
    reader.exactly(node, &["kind", "meaning", "retry", "http", "name", "general"]);
    let kind = reader.required(node, "kind")?;
    let text = reader.string(&kind)?.to_owned();
    if !kinds.contains_key(&text) {
        reader.expected(&kind, "one of the kinds");
    }
    let mut meaning = reader.required_string(node, "meaning")?;
    if meaning == UNCLASSIFIED {
        meaning.clear();
    }
    let name = node.get("name").and_then(|name| reader.string(&name).map(str::to_owned));
    let http = node.get("http").map(|http| statuses(reader, &http)).unwrap_or_default();
    Some(ErrorCode { name, kind: text, meaning, http })
}

fn statuses(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for item in reader.items(node) {
        match item.json {
            Json::Number(number) => {
                statuses.extend(number.as_u64().and_then(|it| u16::try_from(it).ok()))
            }
            _ => reader.expected(&item, "an HTTP status"),
        }
    }
    statuses
}
