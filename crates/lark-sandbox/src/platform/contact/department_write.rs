//! Changes to departments.

use serde_json::{Value, json};

use super::department::{find, render};
use super::ids::{DepartmentIdType, IdTypes};
use super::store::{Department, Directory, ROOT};
use super::user::department_id;
use super::user_write::kept;
use crate::http::{Rejection, codes};
use crate::platform::Call;
use crate::services::ids::Ids;

/// Kept apart, counted, or naming other records.
const NOT_KEPT: [&str; 9] = [
    "open_department_id",
    "department_id",
    "parent_department_id",
    "leader_user_id",
    "leaders",
    "member_count",
    "primary_member_count",
    "department_hrbps",
    "create_group_chat",
];

pub(super) fn create(
    directory: &mut Directory,
    ids: &Ids,
    call: &Call,
) -> Result<Value, Rejection> {
    require(call)?;
    let open_id = ids.next("od-");
    let custom_id = match call.text("department_id").filter(|id| !id.is_empty()) {
        Some(id) => custom_id(directory, id)?,
        None => open_id.trim_start_matches("od-")[..16].to_owned(),
    };
    let mut department = Department { open_id, custom_id, ..Department::default() };
    department.fields.insert("status".to_owned(), json!({ "is_deleted": false }));
    apply(directory, call, &mut department)?;
    let serial = directory.add_department(department);
    Ok(rendered(directory, call, serial))
}

/// Replaces what the call names and keeps the rest.
pub(super) fn patch(directory: &mut Directory, call: &Call) -> Result<Value, Rejection> {
    let (serial, mut department) = changeable(directory, call)?;
    apply(directory, call, &mut department)?;
    directory.departments.insert(serial, department);
    Ok(rendered(directory, call, serial))
}

/// As [`patch`], but name and parent have to be there.
pub(super) fn update(directory: &mut Directory, call: &Call) -> Result<Value, Rejection> {
    require(call)?;
    patch(directory, call)
}

/// Only an empty department can go.
pub(super) fn delete(directory: &mut Directory, call: &Call) -> Result<(), Rejection> {
    let (serial, department) = changeable(directory, call)?;
    let id = &department.open_id;
    if directory.users.values().any(|user| user.departments.contains(id)) {
        return Err(Rejection::of(codes::DEPARTMENT_HAS_USERS));
    }
    if directory.departments.values().any(|child| child.parent == *id) {
        return Err(Rejection::of(codes::DEPARTMENT_HAS_CHILDREN));
    }
    directory.departments.remove(&serial);
    Ok(())
}

fn rendered(directory: &Directory, call: &Call, serial: u64) -> Value {
    let department = &directory.departments[&serial];
    json!({ "department": render(directory, department, IdTypes::of(call)) })
}

fn changeable(directory: &Directory, call: &Call) -> Result<(u64, Department), Rejection> {
    let department = find(directory, call, call.path("department_id"))?;
    if department.open_id == ROOT {
        return Err(Rejection::of(codes::DEPARTMENT_IS_ROOT));
    }
    let mut all = directory.departments.iter();
    let found = all.find(|(_, other)| other.open_id == department.open_id);
    let (serial, department) = found.expect("it was found by another id just now");
    Ok((*serial, department.clone()))
}

fn require(call: &Call) -> Result<(), Rejection> {
    let filled = |field: &str| call.text(field).is_some_and(|text| !text.is_empty());
    if !filled("name") {
        return Err(Rejection::of(codes::DEPARTMENT_NAMELESS));
    }
    if !filled("parent_department_id") {
        return Err(Rejection::of(codes::DEPARTMENT_PARENTLESS));
    }
    Ok(())
}

fn custom_id(directory: &Directory, id: &str) -> Result<String, Rejection> {
    if id == ROOT || id.starts_with("od-") || id.len() > 64 {
        return Err(Rejection::of(codes::DEPARTMENT_ID_INVALID));
    }
    if directory.find_department(DepartmentIdType::Custom, id).is_some() {
        return Err(Rejection::of(codes::DEPARTMENT_ID_TAKEN));
    }
    Ok(id.to_owned())
}

/// Takes over what the body says, after checking it all.
fn apply(directory: &Directory, call: &Call, department: &mut Department) -> Result<(), Rejection> {
    let kinds = IdTypes::of(call);
    if let Some(parent) = call.text("parent_department_id").filter(|id| !id.is_empty()) {
        let above = department_id(directory, kinds.departments, parent)?;
        let above_record = directory.find_department(DepartmentIdType::Open, above);
        if above_record.is_some_and(|it| directory.is_within(it, &department.open_id)) {
            let description = "a department cannot be put below itself";
            return Err(Rejection::of_field("parent_department_id", parent, description));
        }
        department.parent = above.to_owned();
    }
    if let Some(id) = call.text("leader_user_id").filter(|id| !id.is_empty()) {
        let leader = directory.find_user(kinds.users, id);
        let leader = leader.ok_or_else(|| Rejection::of(codes::LEADER_INVALID))?;
        department.leader = Some(leader.open_id.clone());
    }
    department.fields.extend(kept(call, &NOT_KEPT));
    Ok(())
}
