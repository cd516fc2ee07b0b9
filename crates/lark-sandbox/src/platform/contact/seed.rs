//! The people and departments a sandbox starts with: the same in each, so that examples can be
//! followed and a failing test fails again.

use serde_json::{Map, Value, json};

use super::names::{DEPARTMENTS, ENGLISH_FAMILY, ENGLISH_GIVEN, FAMILY, GIVEN, PLACES};
use super::store::{Department, Directory, ROOT, User};
use crate::platform::Seed;
use crate::platform::tenants::TenantState;
use crate::services::DEFAULT_TENANT;
use crate::services::ids::{hash, mix, wide};

impl TenantState for Directory {
    fn new(seed: Seed, tenant_key: &str) -> Self {
        // The low bits tell ids of one record apart.
        let salt = if tenant_key == DEFAULT_TENANT { 0 } else { hash(tenant_key) << 8 };
        let plan = Plan { seed, salt };
        let mut directory = Directory::of(tenant_key);
        directory.add_department(root());
        for index in 0..seed.departments {
            directory.add_department(plan.department(index));
        }
        for index in 0..seed.users {
            directory.add_user(plan.user(index));
        }
        directory
    }
}

/// The seed of one tenant: names and numbers as everywhere, ids of its own.
#[derive(Clone, Copy)]
struct Plan {
    seed: Seed,
    salt: u64,
}

impl Plan {
    /// What the ids of a record are made from.
    fn number(self, index: usize) -> u64 {
        ((index as u64) << 8) ^ self.salt
    }

    fn user(self, index: usize) -> User {
        let number = self.number(index);
        User {
            open_id: wide("ou_", number),
            union_id: wide("on_", number | 64),
            user_id: format!("{:08x}", mix(number | 32) as u32),
            departments: self.departments_of(index),
            leader: (index > 0).then(|| wide("ou_", self.number(index / 8))),
            fields: user_fields(index),
        }
    }

    /// The first person leads the tenant. Two in five are in the first department, so that it has
    /// several full pages; every ninth is in two.
    fn departments_of(self, index: usize) -> Vec<String> {
        if index == 0 || self.seed.departments == 0 {
            return vec![ROOT.to_owned()];
        }
        let main = if index % 5 < 2 { 0 } else { index % self.seed.departments };
        let mut departments = vec![self.open_department_id(main)];
        if index.is_multiple_of(9) && self.seed.departments > 1 {
            departments.push(self.open_department_id((main + 1) % self.seed.departments));
        }
        departments
    }

    fn open_department_id(self, index: usize) -> String {
        wide("od-", self.number(index) | 128)
    }

    fn department(self, index: usize) -> Department {
        let (name, english, parent) = match DEPARTMENTS.get(index) {
            Some((name, english, parent)) => ((*name).to_owned(), (*english).to_owned(), *parent),
            // Beyond the named ones: teams, three below each department.
            None => (format!("{index} 组"), format!("Team {index}"), Some(index / 3)),
        };
        Department {
            open_id: self.open_department_id(index),
            custom_id: format!("D{:03}", index + 1),
            parent: parent
                .map_or_else(|| ROOT.to_owned(), |parent| self.open_department_id(parent)),
            leader: None,
            fields: department_fields(&name, &english, index),
        }
    }
}

fn root() -> Department {
    let id = ROOT.to_owned();
    let fields = department_fields("沙盒科技", "Sandbox Technology", 0);
    Department { open_id: id.clone(), custom_id: id, fields, ..Department::default() }
}

fn department_fields(name: &str, english: &str, index: usize) -> Map<String, Value> {
    object(json!({
        "name": name,
        "i18n_name": { "zh_cn": name, "en_us": english, "ja_jp": "" },
        "order": format!("{}", (index + 1) * 1000),
        "chat_id": "",
        "unit_ids": [],
        "status": { "is_deleted": false },
    }))
}

fn user_fields(index: usize) -> Map<String, Value> {
    let (name, english) = full_name(index);
    let (city, country, job) = PLACES[index % PLACES.len()];
    let mailbox = english.to_lowercase().replace(' ', ".");
    let avatar = |size: &str| format!("https://example.com/avatar/{index}_{size}.png");
    object(json!({
        "name": name,
        "en_name": english,
        "nickname": "",
        "email": format!("{mailbox}.{index}@example.com"),
        "enterprise_email": format!("{mailbox}.{index}@corp.example.com"),
        "mobile": format!("+86138{index:08}"),
        "mobile_visible": true,
        "gender": index % 2 + 1,
        "avatar": {
            "avatar_72": avatar("72"), "avatar_240": avatar("240"),
            "avatar_640": avatar("640"), "avatar_origin": avatar("origin"),
        },
        "status": status(),
        "city": city,
        "country": country,
        "job_title": job,
        "work_station": format!("F{}-{:03}", index % 9 + 1, index),
        "join_time": 1_577_836_800 + index * 86_400,
        "is_tenant_manager": index == 0,
        "employee_no": format!("E{index:05}"),
        "employee_type": 1,
        "description": "",
    }))
}

/// The status of somebody who works here.
pub(super) fn status() -> Value {
    json!({
        "is_frozen": false, "is_resigned": false, "is_activated": true,
        "is_exited": false, "is_unjoin": false,
    })
}

/// Two Chinese names, then an English one.
fn full_name(index: usize) -> (String, String) {
    if index % 3 == 2 {
        let given = ENGLISH_GIVEN[index % ENGLISH_GIVEN.len()];
        let family = ENGLISH_FAMILY[index % ENGLISH_FAMILY.len()];
        let name = format!("{given} {family}");
        return (name.clone(), name);
    }
    let (family, latin_family) = FAMILY[index % FAMILY.len()];
    let (given, latin_given) = GIVEN[(index / 3) % GIVEN.len()];
    (format!("{family}{given}"), format!("{latin_given} {latin_family}"))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
