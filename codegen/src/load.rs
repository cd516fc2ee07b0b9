//! Text to typed documents: parse, apply overlays, read.

pub(crate) mod code_class;
pub(crate) mod error_codes;
mod event;
pub(crate) mod facts;
pub(crate) mod json;
mod operation;
pub(crate) mod operation_facts;
mod overlay;
mod reader;
pub(crate) mod refinement;
pub(crate) mod schema;
pub(crate) mod spec;

use crate::error::{Error, Place};
use json::Json;
use reader::{Node, Reader};
use spec::Spec;

/// A document, read, and its JSON with overlays applied.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) spec: Spec,
    pub(crate) json: Json,
}

/// Loads every document, in the order of their paths; what is wrong goes to `errors`.
pub(crate) fn load(
    documents: &[(String, String)],
    overlays: &[(String, String)],
    errors: &mut Vec<Error>,
) -> Vec<Loaded> {
    let mut documents: Vec<(&str, Json)> = parse_all(documents, errors);
    for (file, overlay) in parse_all(overlays, errors) {
        apply_overlay(file, &overlay, &mut documents, errors);
    }
    let mut loaded: Vec<Loaded> = Vec::new();
    for (file, json) in &documents {
        let mut reader = Reader { file, errors };
        let Some(spec) = spec::read(&mut reader, &Node::root(json)) else { continue };
        let twin = loaded
            .iter()
            .find(|other| other.spec.project == spec.project && other.spec.version == spec.version);
        if let Some(twin) = twin {
            let found = format!("the same project and version as {}", twin.spec.file);
            errors.push(Error::at(file, "/info", "a document of its own", found));
        }
        loaded.push(Loaded { spec, json: json.clone() });
    }
    loaded
}

fn parse_all<'a>(files: &'a [(String, String)], errors: &mut Vec<Error>) -> Vec<(&'a str, Json)> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort();
    let mut parsed = Vec::new();
    for (file, text) in files {
        match serde_json::from_str(text) {
            Ok(json) => parsed.push((file.as_str(), json)),
            Err(error) => {
                let place = Place::Line(error.line(), error.column());
                errors.push(Error::new(file, place, "JSON", error.to_string()));
            }
        }
    }
    parsed
}

fn apply_overlay(
    file: &str,
    overlay: &Json,
    documents: &mut [(&str, Json)],
    errors: &mut Vec<Error>,
) {
    if error_codes::is_extended_by(overlay) {
        // They are read apart.
        return;
    }
    let mut reader = Reader { file, errors };
    let Some(extends) = overlay::extends(&mut reader, overlay) else { return };
    match documents.iter_mut().find(|(document, _)| *document == extends) {
        Some((_, document)) => overlay::apply(&mut reader, overlay, document),
        None => {
            let found = format!("{extends:?}");
            errors.push(Error::at(file, "/extends", "the path of a document", found));
        }
    }
}
