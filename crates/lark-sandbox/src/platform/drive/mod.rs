//! Drive: folders with files and documents, tasks that convert them, and who may do what with them.

mod access;
mod convert;
mod entry;
mod listing;
mod permissions;
mod public;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::contact::Contact;
use super::documents::Documents;
use super::files::Files;
use super::part::{data, no_data};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{Rejection, Response};
use crate::services::Services;
use convert::Task;
pub(super) use entry::Entry;
use permissions::Permissions;

/// How long a task takes, unless a test says otherwise.
const CONVERSION: Duration = Duration::from_secs(2);

/// Drive, and what it keeps of each tenant.
pub(crate) struct Drive {
    stores: Tenants<Store>,
    files: Arc<Files>,
    documents: Arc<Documents>,
    contact: Arc<Contact>,
    conversion: Mutex<Duration>,
    is_enforced: AtomicBool,
}

#[derive(Default)]
struct Store {
    /// What is in folders and neither a file nor a document: shortcuts, spreadsheets and Bases that were
    /// imported.
    entries: HashMap<String, Entry>,
    tasks: HashMap<String, Task>,
    exported: HashMap<String, convert::Product>,
    /// By the tokens of documents.
    permissions: HashMap<String, Permissions>,
}

/// What an operation on Drive works with.
struct Ctx<'a> {
    store: &'a mut Store,
    files: &'a Files,
    documents: &'a Documents,
    contact: &'a Contact,
    services: &'a Services,
    call: &'a Call,
}

impl Ctx<'_> {
    fn tenant(&self) -> &str {
        self.call.tenant_key()
    }
}

impl Drive {
    pub(super) fn new(
        seed: Option<Seed>,
        files: &Arc<Files>,
        documents: &Arc<Documents>,
        contact: &Arc<Contact>,
    ) -> Self {
        Self {
            stores: Tenants::new(seed),
            files: Arc::clone(files),
            documents: Arc::clone(documents),
            contact: Arc::clone(contact),
            conversion: Mutex::new(CONVERSION),
            is_enforced: AtomicBool::new(false),
        }
    }

    /// Whether calls are refused for what the caller may not do.
    pub(crate) fn enforce_permissions(&self, is_enforced: bool) {
        self.is_enforced.store(is_enforced, Ordering::Relaxed);
    }

    /// Looks whether the caller may make a call, of whatever part, if that is enforced.
    pub(super) fn admit(&self, services: &Services, call: &Call) -> Result<(), Rejection> {
        if !self.is_enforced.load(Ordering::Relaxed) {
            return Ok(());
        }
        let Some(store) = self.stores.of(call.tenant_key()) else { return Ok(()) };
        let store = &mut *crate::lock(&store);
        access::check(&self.ctx(store, services, call))
    }

    fn ctx<'a>(&'a self, store: &'a mut Store, services: &'a Services, call: &'a Call) -> Ctx<'a> {
        let (files, documents, contact) = (&*self.files, &*self.documents, &*self.contact);
        Ctx { store, files, documents, contact, services, call }
    }

    /// How long exports and imports take from now on, by the clock of the sandbox.
    pub(crate) fn set_conversion_time(&self, time: Duration) {
        *crate::lock(&self.conversion) = time;
    }
}

impl Part for Drive {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let store = self.stores.of(call.tenant_key())?;
        let store = &mut *crate::lock(&store);
        let time = *crate::lock(&self.conversion);
        let ctx = &mut self.ctx(store, services, call);
        match call.operation_id {
            "drive.v1.file.list" => data(listing::list(ctx)),
            "drive.v1.file.create_shortcut" => data(listing::create_shortcut(ctx)),
            "drive.v1.file.delete" => no_data(listing::delete(ctx)),
            "drive.v1.meta.batch_query" => data(Ok(listing::metas(ctx))),
            "drive.v1.export_task.create" => data(convert::create_export(ctx, time)),
            "drive.v1.export_task.get" => data(convert::get_export(ctx)?),
            "drive.v1.export_task.download" => convert::download(ctx).map(Ok),
            "drive.v1.import_task.create" => data(convert::create_import(ctx, time)),
            "drive.v1.import_task.get" => data(Ok(convert::get_import(ctx)?)),
            "drive.v1.permission.member.list" => data(Ok(permissions::list(ctx))),
            "drive.v1.permission.member.auth" => data(Ok(access::auth(ctx)?)),
            "drive.v1.permission.member.create" => data(permissions::create(ctx)),
            "drive.v1.permission.member.batch_create" => data(permissions::batch_create(ctx)),
            "drive.v1.permission.member.update" => data(permissions::update(ctx)),
            "drive.v1.permission.member.delete" => no_data(permissions::delete(ctx)),
            "drive.v1.permission.member.transfer_owner" => no_data(permissions::transfer(ctx)),
            "drive.v2.permission.public.get" => data(Ok(public::get(ctx))),
            "drive.v2.permission.public.patch" => data(public::patch(ctx)),
            _ => None,
        }
    }
}
