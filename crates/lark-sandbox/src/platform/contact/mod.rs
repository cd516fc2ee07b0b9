//! People and departments: `contact.v3.user.*`, `contact.v3.department.*`

mod ids;
mod profile;
mod store;

mod user;
mod user_write;

mod department;
mod department_write;

mod names;
mod seed;

pub(super) use ids::UserIdType;
pub(super) use store::Directory;

use serde_json::{Value, json};

use super::tenants::Tenants;
use super::{Call, Checks, Part, Seed};
use crate::http::{Rejection, Response, codes};
use crate::services::Services;
use crate::services::ids::wide;

/// The people and departments of each tenant.
pub(crate) struct Contact {
    pub(super) directories: Tenants<Directory>,
}

impl Contact {
    pub(super) fn new(seed: Option<Seed>) -> Self {
        Self { directories: Tenants::new(seed) }
    }

    /// Everyone in a tenant.
    pub(crate) fn open_ids(&self, tenant_key: &str) -> Vec<String> {
        let directory = self.directories.of(tenant_key);
        directory.map_or_else(Vec::new, |directory| crate::lock(&directory).open_ids())
    }

    /// The first person of a tenant.
    pub(crate) fn somebody(&self, tenant_key: &str) -> String {
        let first = self.open_ids(tenant_key).into_iter().next();
        first.unwrap_or_else(|| wide("ou_", 0))
    }

    /// A person as the sign-in endpoints show one.
    pub(super) fn profile(&self, tenant_key: &str, open_id: &str) -> Value {
        match self.directories.of(tenant_key) {
            Some(directory) => profile::profile(&crate::lock(&directory), open_id),
            None => json!({ "open_id": open_id, "tenant_key": tenant_key }),
        }
    }

    /// All ids of a person, as events name one.
    pub(crate) fn ids_of(&self, tenant_key: &str, open_id: &str) -> Result<Value, Rejection> {
        let directory = self.directories.need(tenant_key, codes::USER_ID_INVALID)?;
        crate::lock(&directory).ids_of(open_id)
    }
}

impl Part for Contact {
    fn checks(&self) -> Checks {
        Checks::AllButLimits
    }

    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let directory = self.directories.of(call.tenant_key())?;
        let directory = &mut crate::lock(&directory);
        if call.operation_id.starts_with("contact.v3.user.") {
            user::respond(directory, &services.ids, call)
        } else {
            department::respond(directory, &services.ids, call)
        }
    }
}
