//! The test expressions: every operation, once with the required inputs and once with all, and every
//! event.

use super::examples::{self, Extent};
use super::printer::{self, header};
use crate::check::modules;
use crate::config::CrateEntry;
use crate::model::{Answer, Document, Operation, Pages};

/// The directory of these files.
pub(crate) const DIRECTORY: &str = "tests/src/generated";

/// The file that visits one crate.
pub(crate) fn file(entry: &CrateEntry, documents: &[&Document]) -> (String, String) {
    let name = entry.name.replace('-', "_");
    let mut versions = Vec::new();
    let mut calls = String::new();
    let mut functions = String::new();
    let mut events = String::new();
    for document in documents {
        let mut has_content = !document.events.is_empty();
        for (module, operations) in modules(document) {
            has_content = true;
            let function = format!("{}_{module}", document.version);
            functions.push_str(&visit(document, &function, &operations));
            calls.push_str(&format!("{function}(v);"));
        }
        for event in &document.events {
            events.push_str(&format!("v.visit::<{}::event::{}>();", document.version, event.name));
        }
        versions.extend(has_content.then_some(document.version.as_str()));
    }
    if let Some(request) = first_call(entry, documents) {
        calls.insert_str(0, &format!("v.first_call({request});"));
    }
    let v = if calls.is_empty() { "_" } else { "v" };
    let versions = versions.join(", ");
    let mut text = format!(
        "use crate::sweep::{{EventVisitor, Visitor}}; use {name}::{{{versions}}};
         pub fn visit({v}: &mut impl Visitor) {{ {calls} }}"
    );
    let v = if events.is_empty() { "_" } else { "v" };
    text.push_str(&format!(
        "pub fn visit_events({v}: &mut impl EventVisitor) {{ {events} }} {functions}"
    ));
    let docs = format!("Every operation and event of {}.", entry.name);
    let text = spaced(&printer::format(&text));
    let source = header(&format!("api-specs/{}", entry.project));
    (format!("{DIRECTORY}/{name}.rs"), format!("// {source}\n//! {docs}\n\n{text}"))
}

/// The request of the README's first call, unless it reads a file that only its reader has.
fn first_call<'e>(entry: &'e CrateEntry, documents: &[&Document]) -> Option<&'e str> {
    let mut operations = documents.iter().flat_map(|it| it.emitted());
    let id = entry.example.as_ref()?;
    operations.find(|it| it.id == *id)?;
    let request = entry.example_request.as_deref()?;
    // What is no expression is reported where the README is made.
    let is_expression = syn::parse_str::<syn::Expr>(request).is_ok();
    (is_expression && !request.contains("FilePart::path")).then_some(request)
}

/// The module that names those files.
pub(crate) fn root(crates: &[&CrateEntry]) -> (String, String) {
    let mut names: Vec<String> = crates.iter().map(|it| it.name.replace('-', "_")).collect();
    names.sort();
    let mut text = format!("// {}\n", header("codegen/crates.toml"));
    text.push_str("//! Every generated operation and event.\n\n");
    text.push_str("use crate::sweep::{EventVisitor, Visitor};\n\n");
    for name in &names {
        text.push_str(&format!("pub mod {name};\n"));
    }
    let all = [("visit", "operation", "Visitor"), ("visit_events", "event", "EventVisitor")];
    for (function, what, visitor) in all {
        text.push_str(&format!("\n/// Shows every {what} of every crate to `v`.\n"));
        text.push_str(&format!("pub fn {function}(v: &mut impl {visitor}) {{\n"));
        for name in &names {
            text.push_str(&format!("    {name}::{function}(v);\n"));
        }
        text.push_str("}\n");
    }
    (format!("{DIRECTORY}/mod.rs"), text)
}

fn visit(document: &Document, function: &str, operations: &[&Operation]) -> String {
    let mut calls = String::new();
    for operation in operations {
        let minimal = examples::request(document, operation, Extent::Minimal);
        let full = examples::request(document, operation, Extent::Full);
        calls.push_str(&format!("v.operation({minimal}, {full});"));
        match &operation.paging.pages {
            Some(Pages { items: Some(_), .. }) => calls.push_str(&format!("v.items({minimal});")),
            Some(_) => calls.push_str(&format!("v.pages({minimal});")),
            None => {}
        }
        if let Answer::Model(model) = operation.answer {
            let (version, model) = (&document.version, &document.model(model).name);
            calls.push_str(&format!("v.response::<{version}::{model}>({:?});", operation.id));
        }
    }
    format!("fn {function}(v: &mut impl Visitor) {{ {calls} }}")
}

/// A blank line before every function, and docs on the public ones.
fn spaced(text: &str) -> String {
    let public = |name: &str, what: &str| {
        (format!("\npub fn {name}("), format!("\n\n/// Shows every {what} to `v`.\npub fn {name}("))
    };
    let mut text = text.to_owned();
    for (from, to) in [public("visit", "operation"), public("visit_events", "event")] {
        text = text.replace(&from, &to);
    }
    text.replace("\nfn ", "\n\nfn ")
}
