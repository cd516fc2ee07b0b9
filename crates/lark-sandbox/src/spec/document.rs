//! The documents themselves. Each is parsed when it is first needed, so that starting is quick.

use std::sync::{LazyLock, OnceLock};

use serde_json::Value;

use super::Schema;
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

/// Every event and the document that describes it.
pub(super) fn webhooks() -> impl Iterator<Item = (&'static str, &'static Value)> {
    (0..DOCUMENTS.len()).map(document).flat_map(|document| {
        let events = document["webhooks"].as_object();
        events.into_iter().flatten().map(move |(name, _)| (name.as_str(), document))
    })
}

/// The payload schema of one event.
pub(super) fn event(event_type: &str) -> Option<Schema> {
    let (name, document) = webhooks().find(|(name, _)| *name == event_type)?;
    let body = &document["webhooks"][name]["post"]["requestBody"];
    Schema::new(document, &body["content"]["application/json"]["schema"]).property("event")
}
