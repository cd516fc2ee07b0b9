//! Documents as the other parts of the platform see them: in folders and in the wiki.

use super::document::{Document, new_id, text};
use super::read::lines;
use super::{Documents, Store};
use crate::platform::drive::Entry;
use crate::services::Services;

/// A document to be made.
pub(in crate::platform) struct NewDocument {
    pub(in crate::platform) title: String,
    /// None: in no folder, but in a wiki.
    pub(in crate::platform) folder: Option<String>,
    pub(in crate::platform) owner: String,
    /// Its texts, each a block.
    pub(in crate::platform) lines: Vec<String>,
}

impl Store {
    /// Makes a document; its id.
    pub(super) fn add(&mut self, services: &Services, new: NewDocument) -> String {
        let NewDocument { title, folder, owner, lines } = new;
        let id = new_id(services);
        let mut document = Document::new(&id, &title);
        for line in lines {
            document.add(new_id(services), &id, "text", text(&line));
        }
        let (now, serial) = (services.now_ms(), services.ids.serial());
        (document.folder, document.owner, document.serial) = (folder, owner, serial);
        (document.created_ms, document.edited_ms) = (now, now);
        self.by_id.insert(id.clone(), document);
        id
    }
}

impl Documents {
    /// Makes a document; its id. None if the sandbox is stateless.
    pub(in crate::platform) fn add(
        &self,
        services: &Services,
        tenant_key: &str,
        new: NewDocument,
    ) -> Option<String> {
        Some(crate::lock(&*self.stores.of(tenant_key)?).add(services, new))
    }

    /// What Drive knows of a document.
    pub(in crate::platform) fn entry(&self, tenant_key: &str, id: &str) -> Option<Entry> {
        self.with(tenant_key, id, |document| entry(document))
    }

    /// What Drive knows of the documents in folders.
    pub(in crate::platform) fn entries(
        &self,
        tenant_key: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<Entry> {
        let Some(store) = self.stores.of(tenant_key) else { return Vec::new() };
        let store = crate::lock(&store);
        let is_here = |it: &&Document| it.folder.as_deref().is_some_and(&is_wanted);
        store.by_id.values().filter(is_here).map(entry).collect()
    }

    /// The texts of a document.
    pub(in crate::platform) fn text_of(&self, tenant_key: &str, id: &str) -> Option<String> {
        self.with(tenant_key, id, |document| lines(document).join("\n"))
    }

    /// Renames a document, if it is there.
    pub(in crate::platform) fn rename(
        &self,
        services: &Services,
        tenant_key: &str,
        id: &str,
        title: &str,
    ) {
        self.with(tenant_key, id, |document| document.rename(title, services.now_ms()));
    }

    /// Takes a document out of its folder, because it goes into a wiki.
    pub(in crate::platform) fn leave_folder(&self, tenant_key: &str, id: &str) {
        self.with(tenant_key, id, |document| document.folder = None);
    }

    /// Removes a document; whether it was there.
    pub(in crate::platform) fn remove(&self, tenant_key: &str, id: &str) -> bool {
        let store = self.stores.of(tenant_key);
        store.is_some_and(|store| crate::lock(&store).by_id.remove(id).is_some())
    }

    fn with<T>(
        &self,
        tenant_key: &str,
        id: &str,
        ask: impl FnOnce(&mut Document) -> T,
    ) -> Option<T> {
        let store = self.stores.of(tenant_key)?;
        let mut store = crate::lock(&store);
        store.by_id.get_mut(id).map(ask)
    }
}

fn entry(document: &Document) -> Entry {
    Entry {
        serial: document.serial,
        token: document.id.clone(),
        kind: "docx".to_owned(),
        name: document.title(),
        parent: document.folder.clone().unwrap_or_default(),
        owner: document.owner.clone(),
        created_ms: document.created_ms,
        modified_ms: document.edited_ms,
        target: None,
    }
}
