//! The records of all people and departments. They refer to each other by open ids, whatever kind
//! of id a call uses.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::ids::{DepartmentIdType, UserIdType};
use crate::http::{Rejection, codes};

/// The id, of both kinds, of the department that is the whole tenant.
pub(super) const ROOT: &str = "0";

/// One person.
#[derive(Clone, Debug, Default)]
pub(in crate::platform) struct User {
    pub(in crate::platform) open_id: String,
    pub(in crate::platform) union_id: String,
    pub(in crate::platform) user_id: String,
    /// Open ids; the first is the main one.
    pub(super) departments: Vec<String>,
    /// Open id.
    pub(super) leader: Option<String>,
    /// Everything that refers to no other record.
    pub(super) fields: Map<String, Value>,
}

impl User {
    pub(in crate::platform) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// One department.
#[derive(Clone, Debug, Default)]
pub(in crate::platform) struct Department {
    pub(super) open_id: String,
    pub(super) custom_id: String,
    /// Open id.
    pub(super) parent: String,
    /// Open id.
    pub(super) leader: Option<String>,
    pub(super) fields: Map<String, Value>,
}

/// Records by serial number, which is also the order of lists.
#[derive(Debug)]
pub(in crate::platform) struct Directory {
    tenant_key: String,
    pub(super) users: BTreeMap<u64, User>,
    pub(super) departments: BTreeMap<u64, Department>,
    last_serial: u64,
}

impl Directory {
    pub(super) fn of(tenant_key: &str) -> Self {
        let (users, departments) = (BTreeMap::new(), BTreeMap::new());
        Self { tenant_key: tenant_key.to_owned(), users, departments, last_serial: 0 }
    }

    pub(in crate::platform) fn tenant_key(&self) -> &str {
        &self.tenant_key
    }

    pub(super) fn add_user(&mut self, user: User) {
        self.last_serial += 1;
        self.users.insert(self.last_serial, user);
    }

    /// The serial number it got.
    pub(super) fn add_department(&mut self, department: Department) -> u64 {
        self.last_serial += 1;
        self.departments.insert(self.last_serial, department);
        self.last_serial
    }

    pub(in crate::platform) fn find_user(&self, kind: UserIdType, id: &str) -> Option<&User> {
        self.users.values().find(|user| kind.id_of(user) == id)
    }

    pub(in crate::platform) fn find_user_by_email(&self, email: &str) -> Option<&User> {
        self.users
            .values()
            .find(|user| user.text("email") == email || user.text("enterprise_email") == email)
    }

    /// Also with a mobile number that leaves out the country code of China.
    pub(super) fn find_user_by_mobile(&self, mobile: &str) -> Option<&User> {
        let national = |number: &str| number.trim_start_matches("+86").to_owned();
        self.users.values().find(|user| national(user.text("mobile")) == national(mobile))
    }

    pub(super) fn find_department(&self, kind: DepartmentIdType, id: &str) -> Option<&Department> {
        self.departments.values().find(|department| kind.id_of(department) == id)
    }

    /// The departments above one, the nearest first, without the root.
    pub(super) fn ancestors<'a>(
        &'a self,
        department: &'a Department,
    ) -> impl Iterator<Item = &'a Department> {
        let parent =
            |child: &Department| self.find_department(DepartmentIdType::Open, &child.parent);
        std::iter::successors(parent(department), move |child| parent(child))
            .filter(|department| department.open_id != ROOT)
    }

    /// Whether `department` is `top` or below it. All are below the root.
    pub(super) fn is_within(&self, department: &Department, top: &str) -> bool {
        top == ROOT
            || department.open_id == top
            || self.ancestors(department).any(|above| above.open_id == top)
    }

    /// All ids of a person, as events name one.
    pub(in crate::platform) fn ids_of(&self, open_id: &str) -> Result<Value, Rejection> {
        let user = self.find_user(UserIdType::Open, open_id);
        let user =
            user.ok_or_else(|| codes::MESSAGE_PARAM.because(format!("nobody is {open_id}")))?;
        Ok(json!({
            "open_id": user.open_id, "union_id": user.union_id, "user_id": user.user_id,
        }))
    }

    pub(in crate::platform) fn open_ids(&self) -> Vec<String> {
        self.users.values().map(|user| user.open_id.clone()).collect()
    }
}
