//! What the sandbox remembers: messages, people, departments, files.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::Seed;
use super::contact::{self, Directory};
use super::files::{self, Files};
use super::im::{self, Messages};
use crate::http::{Refusal, Response};
use crate::platform::Call;
use crate::platform::Platform;
use crate::services::DEFAULT_TENANT;
use crate::services::StoredFile;
use crate::services::ids::wide;

/// `data` of a success, none for operations that answer none; or a refusal.
pub(crate) type Data = Result<Option<Value>, Refusal>;

/// The state of one sandbox.
pub(crate) struct State {
    /// None: stateless.
    seed: Option<Seed>,
    /// What each tenant has; made when it is first asked for.
    tenants: Mutex<HashMap<String, Arc<Stores>>>,
}

pub(super) struct Stores {
    pub(super) messages: Mutex<Messages>,
    pub(super) directory: Mutex<Directory>,
    pub(super) files: Mutex<Files>,
}

impl State {
    pub(crate) fn new(seed: Option<Seed>) -> Self {
        Self { seed, tenants: Mutex::default() }
    }

    /// None if the sandbox is stateless.
    pub(super) fn stores(&self, tenant_key: &str) -> Option<Arc<Stores>> {
        let seed = self.seed?;
        let mut tenants = crate::lock(&self.tenants);
        if let Some(stores) = tenants.get(tenant_key) {
            return Some(Arc::clone(stores));
        }
        let directory = Mutex::new(seed.plant(tenant_key));
        let (messages, files) = (Mutex::default(), Mutex::default());
        let stores = Arc::new(Stores { messages, directory, files });
        tenants.insert(tenant_key.to_owned(), Arc::clone(&stores));
        Some(stores)
    }

    /// Answers an operation that has state. None for every other.
    pub(crate) fn answer(&self, platform: &Platform, operation: &str, call: &Call) -> Option<Data> {
        let stores = self.stores(call.caller.tenant_key.as_deref().unwrap_or(DEFAULT_TENANT))?;
        let directory = || crate::lock(&stores.directory);
        if let Some(method) = operation.strip_prefix("contact.v3.user.") {
            return contact::user(&mut directory(), &platform.ids, method, call);
        }
        if let Some(method) = operation.strip_prefix("contact.v3.department.") {
            return contact::department(&mut directory(), &platform.ids, method, call);
        }
        let method = operation.strip_prefix("im.v1.message.")?;
        im::answer(&mut crate::lock(&stores.messages), &directory(), platform, method, call)
    }

    /// Answers an operation on files that has state. None for every other.
    pub(crate) fn file_answer(
        &self,
        platform: &Platform,
        operation: &str,
        call: &Call,
    ) -> Option<Result<Response, Refusal>> {
        let stores = self.stores(call.caller.tenant_key.as_deref().unwrap_or(DEFAULT_TENANT))?;
        let messages = crate::lock(&stores.messages);
        files::answer(&mut crate::lock(&stores.files), &messages, platform, operation, call)
    }

    /// A file by its key, token or guid, in whichever tenant.
    pub(crate) fn stored_file(&self, key: &str) -> Option<StoredFile> {
        let tenants = crate::lock(&self.tenants);
        tenants.values().find_map(|stores| crate::lock(&stores.files).stored(key))
    }

    /// How many parts of uploads were accepted, in all tenants.
    pub(crate) fn parts_received(&self) -> u64 {
        let tenants = crate::lock(&self.tenants);
        tenants.values().map(|stores| crate::lock(&stores.files).parts_received()).sum()
    }

    /// Everyone in a tenant.
    pub(crate) fn open_ids(&self, tenant_key: &str) -> Vec<String> {
        let stores = self.stores(tenant_key);
        stores.map_or_else(Vec::new, |stores| crate::lock(&stores.directory).open_ids())
    }

    /// The first person of a tenant.
    pub(crate) fn somebody(&self, tenant_key: &str) -> String {
        let first = self.open_ids(tenant_key).into_iter().next();
        first.unwrap_or_else(|| wide("ou_", 0))
    }

    /// A person as the sign-in endpoints show one.
    pub(crate) fn profile(&self, tenant_key: &str, open_id: &str) -> Value {
        match self.stores(tenant_key) {
            Some(stores) => contact::profile(&crate::lock(&stores.directory), open_id),
            None => json!({ "open_id": open_id, "tenant_key": tenant_key }),
        }
    }

    pub(crate) fn is_stateless(&self) -> bool {
        self.seed.is_none()
    }

    /// How many messages were sent, in all tenants.
    pub(crate) fn messages_sent(&self) -> usize {
        let tenants = crate::lock(&self.tenants);
        tenants.values().map(|stores| crate::lock(&stores.messages).count()).sum()
    }
}
