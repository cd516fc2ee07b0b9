//! The features of a domain crate: what is compiled on request only, and what can be left out.

use crate::config::CrateEntry;
use crate::model::{Document, Operation};

/// What the platform's own command line calls and nothing else confirms.
pub(crate) const PREVIEW: &str = "preview";

/// The line above an item that exists with a feature only.
pub(crate) fn gate(feature: &str) -> String {
    format!("#[cfg(feature = {feature:?})]\n")
}

/// The gate of an operation in a module that has others beside it; empty if it needs none.
pub(crate) fn of_operation(operation: &Operation, module: &[&Operation]) -> String {
    if operation.is_preview() && !is_preview(module) { gate(PREVIEW) } else { String::new() }
}

/// The gate of a module in a version that has others beside it; empty if it needs none.
pub(crate) fn of_module(document: &Document, module: &[&Operation]) -> String {
    let is_gated = is_preview(module) && !is_preview_version(document);
    if is_gated { gate(PREVIEW) } else { String::new() }
}

/// The gates of a version.
pub(crate) fn of_version(entry: &CrateEntry, document: &Document) -> String {
    let mut gates = String::new();
    if entry.version_features {
        gates.push_str(&gate(&document.version));
    }
    if is_preview_version(document) {
        gates.push_str(&gate(PREVIEW));
    }
    gates
}

fn is_preview(operations: &[&Operation]) -> bool {
    operations.iter().all(|operation| operation.is_preview())
}

fn is_preview_version(document: &Document) -> bool {
    document.events.is_empty() && document.emitted().all(Operation::is_preview)
}
