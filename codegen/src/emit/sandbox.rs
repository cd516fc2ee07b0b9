//! The specs as the sandbox carries them, and the table of their routes.

use std::collections::BTreeMap;

use super::printer::header;
use crate::load::Loaded;

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
    /// The document, overlays applied.
    pub(crate) json: &'static str,
}
";

/// The documents, overlays applied and without white space, and the tables.
pub(crate) fn files(documents: &[Loaded]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for document in documents {
        let path = format!("{SPECS}/{}/{}.json", document.spec.project, document.spec.version);
        files.insert(path, document.text.clone());
    }
    files.insert(format!("{TABLES}/mod.rs"), tables(documents));
    files
}

fn tables(documents: &[Loaded]) -> String {
    let mut text = format!("// {}\n", header("api-specs"));
    text.push_str("//! The specs the sandbox carries, and the routes in them.\n\n");
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
    text
}
