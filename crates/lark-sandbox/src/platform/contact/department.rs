//! `contact.v3.department.*`

use serde_json::{Value, json};

use super::department_write::{create, delete, patch, update};
use super::ids::{DepartmentIdType, IdTypes, UserIdType};
use super::store::{Department, Directory, ROOT};
use super::user::department_id;
use crate::http::{Rejection, Response, codes};
use crate::platform::Call;
use crate::platform::page::{LARGEST, List};
use crate::platform::part::{data, no_data};
use crate::services::ids::Ids;

/// Responds to an operation on departments; None for one without state.
pub(super) fn respond(
    directory: &mut Directory,
    ids: &Ids,
    call: &Call,
) -> Option<Result<Response, Rejection>> {
    match call.operation_id {
        "contact.v3.department.get" => data(get(directory, call)),
        "contact.v3.department.batch" => data(Ok(batch(directory, call))),
        "contact.v3.department.list" => {
            data(below(directory, call, call.query("parent_department_id").unwrap_or(ROOT)))
        }
        "contact.v3.department.children" => {
            data(below(directory, call, call.path("department_id")))
        }
        "contact.v3.department.parent" => data(parent(directory, call)),
        "contact.v3.department.search" => data(search(directory, call)),
        "contact.v3.department.create" => data(create(directory, ids, call)),
        "contact.v3.department.patch" => data(patch(directory, call)),
        "contact.v3.department.update" => data(update(directory, call)),
        "contact.v3.department.delete" => no_data(delete(directory, call)),
        _ => None,
    }
}

fn get(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let department = find(directory, call, call.path("department_id"))?;
    Ok(json!({ "department": render(directory, department, IdTypes::of(call)) }))
}

/// Ids that name no department are left out.
fn batch(directory: &Directory, call: &Call) -> Value {
    let kinds = IdTypes::of(call);
    let ids = call.list("department_ids").iter();
    let found = ids.filter_map(|id| directory.find_department(kinds.departments, id));
    let items: Vec<_> = found.map(|it| render(directory, it, kinds)).collect();
    json!({ "items": items })
}

/// The departments directly below one, or all below it.
fn below(directory: &Directory, call: &Call, top: &str) -> Result<Value, Rejection> {
    let top = department_id(directory, DepartmentIdType::of(call), top)?;
    let deep = call.is_set("fetch_child");
    let belongs = |department: &Department| {
        department.open_id != ROOT
            && department.open_id != top
            && (department.parent == top || deep && directory.is_within(department, top))
    };
    page(directory, call, &format!("below {top} {deep}"), belongs)
}

/// The departments above one, the nearest first, without the root.
fn parent(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let id = call.query("department_id").unwrap_or_default();
    let department = find(directory, call, id)?;
    let scope = format!("above {}", department.open_id);
    let kinds = IdTypes::of(call);
    List { scope: &scope, key: "items", default_size: 10, largest: LARGEST }.page(
        call,
        (0..).zip(directory.ancestors(department)),
        |above| render(directory, above, kinds),
    )
}

fn search(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let query = call.text("query").unwrap_or_default().to_lowercase();
    let matches = |department: &Department| {
        let names = [&department.fields["name"], &department.fields["i18n_name"]["en_us"]];
        let has = |name: &str| name.to_lowercase().contains(&query);
        department.open_id != ROOT && names.iter().any(|name| name.as_str().is_some_and(has))
    };
    page(directory, call, &format!("search {query}"), matches)
}

fn page(
    directory: &Directory,
    call: &Call,
    scope: &str,
    belongs: impl Fn(&Department) -> bool,
) -> Result<Value, Rejection> {
    let kinds = IdTypes::of(call);
    let found = directory.departments.iter().filter(|(_, department)| belongs(department));
    List { scope, key: "items", default_size: 10, largest: LARGEST }.page(
        call,
        found.map(|(serial, department)| (*serial, department)),
        |department| render(directory, department, kinds),
    )
}

pub(super) fn find<'a>(
    directory: &'a Directory,
    call: &Call,
    id: &str,
) -> Result<&'a Department, Rejection> {
    let found = directory.find_department(DepartmentIdType::of(call), id);
    found.ok_or_else(|| Rejection::of(codes::DEPARTMENT_UNKNOWN))
}

/// A department as responses show one, with ids of the kinds the call asked for.
pub(super) fn render(directory: &Directory, department: &Department, kinds: IdTypes) -> Value {
    let parent = directory.find_department(DepartmentIdType::Open, &department.parent);
    let leader = department.leader.as_ref();
    let leader = leader.and_then(|id| directory.find_user(UserIdType::Open, id));
    let leader_id = leader.map_or("", |leader| kinds.users.id_of(leader));
    let mut fields = department.fields.clone();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("open_department_id", json!(department.open_id));
    set("department_id", json!(department.custom_id));
    set("parent_department_id", json!(parent.map_or("", |it| kinds.departments.id_of(it))));
    set("leader_user_id", json!(leader_id));
    if leader.is_some() {
        set("leaders", json!([{ "leaderType": 1, "leaderID": leader_id }]));
    }
    let (all, primary) = members(directory, department);
    set("member_count", json!(all));
    set("primary_member_count", json!(primary));
    Value::Object(fields)
}

/// The number of people in a department and below it, and of those whose main one it is.
fn members(directory: &Directory, department: &Department) -> (usize, usize) {
    let top = department.open_id.as_str();
    let below = directory.departments.values().filter(|it| directory.is_within(it, top));
    let within: Vec<&str> = below.map(|it| it.open_id.as_str()).collect();
    let users = || directory.users.values();
    let is_in = |id: &String| within.contains(&id.as_str());
    let all = users().filter(|user| user.departments.iter().any(is_in)).count();
    let primary = users().filter(|user| user.departments.first().is_some_and(is_in)).count();
    (all, primary)
}
