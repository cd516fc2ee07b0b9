//! The documents themselves. Each is parsed when it is first needed, so that starting is quick.

use std::sync::{LazyLock, OnceLock};

use serde_json::Value;

use crate::generated::DOCUMENTS;

static PARSED: LazyLock<Vec<OnceLock<Value>>> =
    LazyLock::new(|| DOCUMENTS.iter().map(|_| OnceLock::new()).collect());

/// The document at `index` of the table.
pub(super) fn document(index: usize) -> &'static Value {
    PARSED[index].get_or_init(|| {
        let source = &DOCUMENTS[index];
        serde_json::from_str(source.json).unwrap_or_else(|error| {
            panic!("spec {}/{} is generated, yet: {error}", source.project, source.version)
        })
    })
}
