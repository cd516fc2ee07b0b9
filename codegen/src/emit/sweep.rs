//! The test expressions: every operation, once with the required inputs and once with all.

use super::examples::{self, Extent};
use super::printer::{self, header};
use crate::check::modules;
use crate::config::CrateEntry;
use crate::model::{Document, Operation, Pages};

/// The directory of these files.
pub(crate) const DIRECTORY: &str = "tests/src/generated";

/// The file that visits one crate.
pub(crate) fn file(entry: &CrateEntry, documents: &[&Document]) -> (String, String) {
    let name = entry.name.replace('-', "_");
    let versions = documents.iter().map(|it| it.version.as_str()).collect::<Vec<_>>().join(", ");
    let mut calls = Vec::new();
    let mut functions = Vec::new();
    for document in documents {
        for (module, operations) in modules(document) {
            let function = format!("{}_{module}", document.version);
            functions.push(visit(document, &function, &operations));
            calls.push(format!("{function}(v);"));
        }
        for event in &document.events {
            calls.push(format!("v.event::<{}::event::{}>();", document.version, event.name));
        }
    }
    let text = format!(
        "use crate::sweep::Visitor; use {name}::{{{}}};
         pub fn visit(v: &mut impl Visitor) {{ {} }} {}",
        versions,
        calls.concat(),
        functions.concat(),
    );
    let docs = format!("Every operation and event of {}.", entry.name);
    let text = spaced(&printer::format(&text), "/// Shows every operation and event to `v`.\n");
    let source = header(&format!("api-specs/{}", entry.project));
    (format!("{DIRECTORY}/{name}.rs"), format!("// {source}\n//! {docs}\n\n{text}"))
}

/// The module that names those files.
pub(crate) fn root(crates: &[&CrateEntry]) -> (String, String) {
    let mut names: Vec<String> = crates.iter().map(|it| it.name.replace('-', "_")).collect();
    names.sort();
    let mut text = format!("// {}\n", header("codegen/crates.toml"));
    text.push_str("//! Every generated operation and event.\n\nuse crate::sweep::Visitor;\n\n");
    for name in &names {
        text.push_str(&format!("pub mod {name};\n"));
    }
    text.push_str("\n/// Shows every operation and event of every crate to `v`.\n");
    text.push_str("pub fn visit(v: &mut impl Visitor) {\n");
    for name in &names {
        text.push_str(&format!("    {name}::visit(v);\n"));
    }
    text.push_str("}\n");
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
    }
    format!("fn {function}(v: &mut impl Visitor) {{ {calls} }}")
}

/// A blank line before every function, and `docs` on the public one.
fn spaced(text: &str, docs: &str) -> String {
    text.replace("\npub fn ", &format!("\n\n{docs}pub fn ")).replace("\nfn ", "\n\nfn ")
}
