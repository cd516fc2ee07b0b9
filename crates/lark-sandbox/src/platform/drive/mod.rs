//! Drive: folders with files and documents, tasks that convert them, and who may do what with them.

mod convert;
mod entry;
mod listing;
mod permissions;
mod public;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    conversion: Mutex<Duration>,
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
    services: &'a Services,
    call: &'a Call,
}

impl Ctx<'_> {
    fn tenant(&self) -> &str {
        self.call.tenant_key()
    }
}

impl Drive {
    pub(super) fn new(seed: Option<Seed>, files: Arc<Files>, documents: Arc<Documents>) -> Self {
        Self { stores: Tenants::new(seed), files, documents, conversion: Mutex::new(CONVERSION) }
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
        let (files, documents) = (&*self.files, &*self.documents);
        let time = *crate::lock(&self.conversion);
        let ctx = &mut Ctx { store, files, documents, services, call };
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
