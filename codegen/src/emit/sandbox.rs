//! The specs as the sandbox carries them, and the tables of their routes and events.

use std::collections::BTreeMap;

use super::printer::header;
use super::{sandbox_codes, sandbox_spec::strip};
use crate::load::Loaded;
use crate::load::error_codes::ErrorCode;
use crate::load::spec::Envelope;

/// The directory of the documents.
pub(crate) const SPECS: &str = "crates/lark-sandbox/specs";

/// The directory of their tables.
pub(crate) const TABLES: &str = "crates/lark-sandbox/src/generated";

const DOCUMENT: &str = "/// One OpenAPI document.
pub(crate) struct Document {
    /// `im`
    pub(crate) project: &'static str,
    /// `v1`
    pub(crate) version: &'static str,
    /// The document, overlays applied, without documentation.
    pub(crate) json: &'static str,
}

/// What an event is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `uuid`, `token`, `ts`, `type`, `event`: schema 1.0.
    V1,
    /// `schema`, `header`, `event`: schema 2.0.
    V2,
}
";

/// The documents, overlays applied and without what the sandbox does not read, and the tables.
pub(crate) fn files(
    documents: &[Loaded],
    codes: &BTreeMap<i64, ErrorCode>,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for document in documents {
        let path = format!("{SPECS}/{}/{}.json", document.spec.project, document.spec.version);
        files.insert(path, strip(&document.json).to_text());
    }
    files.insert(format!("{TABLES}/mod.rs"), tables(documents));
    files.insert(format!("{TABLES}/error_codes.rs"), sandbox_codes::table(codes));
    files
}

fn tables(documents: &[Loaded]) -> String {
    let mut text = format!("// {}\n", header("api-specs"));
    text.push_str("//! The specs the sandbox carries, and the routes and events in them.\n\n");
    text.push_str("pub(crate) mod error_codes;\n\n");
    text.push_str(DOCUMENT);
    text.push_str("\n/// Every document.\npub(crate) static DOCUMENTS: &[Document] = &[\n");
    for Loaded { spec, .. } in documents {
        let (project, version) = (&spec.project, &spec.version);
        text.push_str(&format!(
            "    Document {{ project: {project:?}, version: {version:?}, \
             json: include_str!(\"../../specs/{project}/{version}.json\") }},\n"
        ));
    }
    text.push_str("];\n\n/// Method, path, operation id, index into [`DOCUMENTS`].\n");
    text.push_str("pub(crate) static ROUTES: &[(&str, &str, &str, usize)] = &[\n");
    for (index, Loaded { spec, .. }) in documents.iter().enumerate() {
        for operation in &spec.operations {
            let verb = operation.verb.to_uppercase();
            let (path, id) = (&operation.path, &operation.id);
            text.push_str(&format!("    ({verb:?}, {path:?}, {id:?}, {index}),\n"));
        }
    }
    text.push_str("];\n");
    text.push_str(&events(documents));
    text
}

fn events(documents: &[Loaded]) -> String {
    let mut rows = Vec::new();
    for (index, Loaded { spec, .. }) in documents.iter().enumerate() {
        rows.extend(spec.events.iter().map(|event| (&event.id, event.envelope, index)));
    }
    // Sorted, so that one is found by a binary search.
    rows.sort_by_key(|(id, ..)| *id);
    let mut text = String::from(
        "\n/// Event type, envelope, index into [`DOCUMENTS`], in the order of the types.\n",
    );
    text.push_str("pub(crate) static EVENTS: &[(&str, Envelope, usize)] = &[\n");
    for (id, envelope, index) in rows {
        let envelope = match envelope {
            Envelope::V1 => "V1",
            Envelope::V2 => "V2",
        };
        text.push_str(&format!("    ({id:?}, Envelope::{envelope}, {index}),\n"));
    }
    text.push_str("];\n");
    text
}
