//! Documents and their blocks.
//!
//! Documents that were made here, and the seeded one, are kept. Other ids that begin with `doxcn`, or have
//! capitals, are unknown; the rest are taken as those of documents that were there before, and answered from
//! the schema.

mod create;
mod document;
mod kinds;
mod limits;
mod read;
mod seed;
mod shelf;
mod update;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::files::Files;
use super::part::{data, is_of_a_platform};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{Rejection, Response, codes};
use crate::services::{RateLimit, Services, WindowCounter};
use document::{Document, PREFIX};
use limits::NOT_FOUND;

pub(crate) use seed::EVERY_KIND;
pub(super) use seed::LIBRARY;
pub(super) use shelf::NewDocument;

/// The documents of each tenant.
pub(crate) struct Documents {
    stores: Tenants<Store>,
    files: Arc<Files>,
    edits: std::sync::Mutex<Edits>,
}

/// The limit of edits of each document.
#[derive(Default)]
struct Edits {
    limit: Option<RateLimit>,
    counted: WindowCounter<String>,
}

struct Store {
    by_id: HashMap<String, Document>,
}

impl Default for Store {
    fn default() -> Self {
        let documents = [seed::every_kind(), seed::library()];
        Self { by_id: documents.map(|it| (it.id.clone(), it)).into() }
    }
}

impl Documents {
    pub(super) fn new(seed: Option<Seed>, files: Arc<Files>) -> Self {
        Self { stores: Tenants::new(seed), files, edits: std::sync::Mutex::default() }
    }

    /// Limits the edits of each document; None lifts the limit.
    pub(crate) fn limit_edits(&self, limit: Option<RateLimit>) {
        *crate::lock(&self.edits) = Edits { limit, counted: WindowCounter::default() };
    }

    fn admit(&self, services: &Services, document_id: &str) -> Result<(), Rejection> {
        let edits = &mut *crate::lock(&self.edits);
        let Some(limit) = edits.limit else { return Ok(()) };
        let admitted = edits.counted.admit(document_id.to_owned(), limit, services.now());
        admitted.map_err(|_| Rejection::of(codes::RATE_LIMIT))
    }

    fn edit(
        &self,
        services: &Services,
        document: &mut Document,
        call: &Call,
    ) -> Result<Value, Rejection> {
        self.admit(services, &document.id)?;
        let asked = json!([call.operation_id, call.path("block_id"), call.body]);
        let token = call.query("client_token");
        document.once(services.now_ms(), token, &asked, |document| match call.operation_id {
            "docx.v1.document.block.children.create" => create::children(services, document, call),
            "docx.v1.document.block.descendant.create" => {
                create::descendants(services, document, call)
            }
            "docx.v1.document.block.children.batch_delete" => create::delete(document, call),
            "docx.v1.document.block.patch" => {
                let id = call.path("block_id");
                self.update(services, document, call, id, &call.body)?;
                Ok(json!({ "block": document.render(id) }))
            }
            _ => self.batch_update(services, document, call),
        })
    }

    fn update(
        &self,
        services: &Services,
        document: &mut Document,
        call: &Call,
        id: &str,
        request: &Value,
    ) -> Result<(), Rejection> {
        let parent_of = |token: &str| self.files.media_parent(call.tenant_key(), token);
        update::update(services, document, id, request, &parent_of)
    }

    fn batch_update(
        &self,
        services: &Services,
        document: &mut Document,
        call: &Call,
    ) -> Result<Value, Rejection> {
        let requests = call.body["requests"].as_array().cloned().unwrap_or_default();
        let id_of = |it: &Value| it["block_id"].as_str().unwrap_or_default().to_owned();
        let ids: Vec<String> = requests.iter().map(id_of).collect();
        if ids.iter().collect::<std::collections::HashSet<_>>().len() < ids.len() {
            return Err(limits::INVALID.because("a block is updated twice"));
        }
        // All of them, or none.
        let before = document.blocks.clone();
        for (id, request) in ids.iter().zip(&requests) {
            if let Err(rejection) = self.update(services, document, call, id, request) {
                document.blocks = before;
                return Err(rejection);
            }
        }
        let blocks: Vec<Value> = ids.iter().map(|it| document.render(it)).collect();
        Ok(json!({ "blocks": blocks }))
    }
}

impl Part for Documents {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let store = self.stores.of(call.tenant_key())?;
        let store = &mut *crate::lock(&store);
        if call.operation_id == "docx.v1.document.create" {
            let new = NewDocument {
                title: call.text("title").unwrap_or_default().to_owned(),
                folder: Some(call.text("folder_token").unwrap_or_default().to_owned()),
                owner: call.caller.id().to_owned(),
                lines: Vec::new(),
            };
            let id = store.add(services, new);
            return data(Ok(store.by_id.get(&id).map(read::head).unwrap_or_default()));
        }
        let id = call.path("document_id").to_owned();
        let Some(document) = store.by_id.get_mut(&id) else {
            let is_id = id.starts_with(PREFIX) || is_of_a_platform(&id);
            return (is_id && id.len() == 27)
                .then(|| Err(NOT_FOUND.because(format!("no document {id}"))));
        };
        data(match call.operation_id {
            "docx.v1.document.get" => Ok(read::head(document)),
            "docx.v1.document.raw_content" => Ok(read::raw_content(document)),
            "docx.v1.document.block.list" => read::list(document, call),
            "docx.v1.document.block.get" => read::get(document, call),
            "docx.v1.document.block.children.get" => read::children(document, call),
            "docx.v1.document.block.children.create"
            | "docx.v1.document.block.descendant.create"
            | "docx.v1.document.block.children.batch_delete"
            | "docx.v1.document.block.patch"
            | "docx.v1.document.block.batch_update" => self.edit(services, document, call),
            _ => return None,
        })
    }
}
