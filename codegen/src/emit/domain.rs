//! The files of one domain crate.

use std::collections::BTreeMap;

use super::printer::{Printer, count, header};
use super::{features, manifest, models, requests};
use crate::check::modules;
use crate::config::CrateEntry;
use crate::error::Error;
use crate::model::{Document, Operation};

/// Every file of the crate, by path from the project root.
pub(crate) fn files(
    entry: &CrateEntry,
    documents: &[&Document],
    left_out: &[&str],
    errors: &mut Vec<Error>,
) -> BTreeMap<String, String> {
    let root = format!("crates/{}", entry.name);
    let mut files = BTreeMap::new();
    for (path, text) in manifest::files(entry, documents, left_out, errors) {
        files.insert(format!("{root}/{path}"), text);
    }
    let generated = format!("{root}/src/generated");
    files.insert(format!("{generated}/mod.rs"), versions(entry, documents));
    for document in documents {
        for (name, text) in version(entry, document) {
            files.insert(format!("{generated}/{}/{name}.rs", document.version), text);
        }
    }
    files
}

fn versions(entry: &CrateEntry, documents: &[&Document]) -> String {
    let mut text = format!("// {}\n\n", header(&format!("api-specs/{}", entry.project)));
    for document in documents {
        let gates = features::of_version(entry, document);
        text.push_str(&format!("{gates}pub mod {};\n", document.version));
    }
    text
}

/// The files of one version, by the path of their module.
fn version(entry: &CrateEntry, document: &Document) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let shared = [
        ("enums", models::enums(document)),
        ("models", models::models(document)),
        ("models/wire", models::model_tables(document)),
        ("event", models::events(document)),
        ("event/wire", models::event_tables(document)),
    ];
    for (name, text) in shared {
        files.extend(text.map(|text| (name.to_owned(), text)));
    }
    for (module, operations) in modules(document) {
        let exports = entry.exports.get(&format!("{}::{module}", document.version));
        let exports = exports.map(Vec::as_slice).unwrap_or_default();
        files.insert(module.to_owned(), requests::resource(document, &operations, exports));
    }
    let root = version_root(document, &files);
    files.insert("mod".to_owned(), root);
    files
}

fn version_root(document: &Document, files: &BTreeMap<String, String>) -> String {
    let Document { project, version, file, .. } = document;
    let (operations, events) = (document.emitted().count(), document.events.len());
    let docs = format!(
        "{project} {version}: {}, {}.",
        count(operations, "operation"),
        count(events, "event")
    );
    let mut printer = Printer::new(file, &docs);
    let names = files.keys().map(String::as_str).filter(|path| !path.contains('/'));
    let (private, public): (Vec<&str>, Vec<&str>) =
        names.partition(|name| matches!(*name, "enums" | "models"));
    let resources = modules(document);
    let attributes = |name: &str| match resources.get(name) {
        Some(operations) => attributes(document, name, operations),
        None => String::new(),
    };
    let groups = [("mod ", &private, ""), ("pub mod ", &public, ""), ("pub use ", &private, "::*")];
    for (before, names, after) in groups {
        let line = |name: &&str| format!("{}{before}{name}{after};", attributes(name));
        let lines: Vec<String> = names.iter().map(line).collect();
        if !lines.is_empty() {
            printer.lines(&lines.join("\n"));
        }
    }
    printer.finish()
}

/// What stands above the module of a resource: its gate, and the resource's own name for searches.
fn attributes(document: &Document, module: &str, operations: &[&Operation]) -> String {
    let mut attributes = features::of_module(document, operations);
    let resource = &operations[0].resource;
    if resource != module {
        attributes.push_str(&format!("#[doc(alias = {resource:?})]\n"));
    }
    attributes
}
