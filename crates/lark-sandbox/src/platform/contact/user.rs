//! `contact.v3.user.*`

use serde_json::{Value, json};

use super::ids::{DepartmentIdType, IdTypes, UserIdType};
use super::store::{Directory, ROOT, User};
use super::user_write::{create, delete, patch, update};
use crate::http::{Rejection, Response, codes};
use crate::platform::Call;
use crate::platform::page::{LARGEST, List};
use crate::platform::part::{data, no_data};
use crate::services::ids::Ids;

/// Responds to an operation on people; None for one without state.
pub(super) fn respond(
    directory: &mut Directory,
    ids: &Ids,
    call: &Call,
) -> Option<Result<Response, Rejection>> {
    match call.operation_id {
        "contact.v3.user.get" => data(get(directory, call)),
        "contact.v3.user.batch" => data(batch(directory, call)),
        "contact.v3.user.basic_batch" => data(basic_batch(directory, call)),
        "contact.v3.user.batch_get_id" => data(batch_get_id(directory, call)),
        "contact.v3.user.list" | "contact.v3.user.find_by_department" => {
            data(list(directory, call))
        }
        "contact.v3.user.create" => data(create(directory, ids, call)),
        "contact.v3.user.patch" => data(patch(directory, call)),
        "contact.v3.user.update" => data(update(directory, call)),
        "contact.v3.user.delete" => no_data(delete(directory, call)),
        _ => None,
    }
}

fn get(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let kind = UserIdType::of(call);
    let user = directory.find_user(kind, call.path("user_id"));
    let user = user.ok_or_else(|| Rejection::of(kind.unknown()))?;
    Ok(json!({ "user": render(directory, user, IdTypes::of(call)) }))
}

/// Ids that name nobody are left out, as the platform does.
fn batch(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let ids = call.list("user_ids");
    at_most_50("user_ids", ids.len())?;
    let kinds = IdTypes::of(call);
    let found = ids.iter().filter_map(|id| directory.find_user(kinds.users, id));
    let items: Vec<_> = found.map(|user| render(directory, user, kinds)).collect();
    Ok(json!({ "items": items }))
}

fn basic_batch(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let ids = texts(call, "user_ids");
    at_most_50("user_ids", ids.len())?;
    let kind = UserIdType::of(call);
    let found = ids.iter().filter_map(|id| directory.find_user(kind, id));
    let basic = |user: &User| {
        let (name, english) = (user.text("name"), user.text("en_name"));
        let i18n = json!({ "zh_cn": name, "en_us": english, "ja_jp": "" });
        json!({ "user_id": kind.id_of(user), "name": name, "i18n_name": i18n })
    };
    Ok(json!({ "users": found.map(basic).collect::<Vec<_>>() }))
}

/// An address that belongs to nobody is answered without an id.
fn batch_get_id(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let (emails, mobiles) = (texts(call, "emails"), texts(call, "mobiles"));
    at_most_50("emails", emails.len())?;
    at_most_50("mobiles", mobiles.len())?;
    let kind = UserIdType::of(call);
    let entry = |field: &str, address: &str, user: Option<&User>| match user {
        None => json!({ field: address }),
        Some(user) => json!({
            field: address, "user_id": kind.id_of(user), "status": user.fields.get("status"),
        }),
    };
    let emails = emails.iter().map(|it| entry("email", it, directory.find_user_by_email(it)));
    let mobiles = mobiles.iter().map(|it| entry("mobile", it, directory.find_user_by_mobile(it)));
    Ok(json!({ "user_list": emails.chain(mobiles).collect::<Vec<_>>() }))
}

/// The direct members of a department; of the tenant if none is named.
fn list(directory: &Directory, call: &Call) -> Result<Value, Rejection> {
    let kinds = IdTypes::of(call);
    let department = match call.query("department_id") {
        None => None,
        Some(id) => Some(department_id(directory, kinds.departments, id)?),
    };
    let belongs =
        |user: &User| department.is_none_or(|id| user.departments.iter().any(|d| d == id));
    let members = directory.users.iter().filter(|(_, user)| belongs(user));
    let scope = format!("users of {}", department.unwrap_or_default());
    List { scope: &scope, key: "items", default_size: 10, largest: LARGEST }.page(
        call,
        members.map(|(serial, user)| (*serial, user)),
        |user| render(directory, user, kinds),
    )
}

/// The open id of a department that exists.
pub(super) fn department_id<'a>(
    directory: &'a Directory,
    kind: DepartmentIdType,
    id: &str,
) -> Result<&'a str, Rejection> {
    let department = directory.find_department(kind, id);
    let department = department.ok_or_else(|| Rejection::of(codes::DEPARTMENT_UNKNOWN))?;
    Ok(&department.open_id)
}

/// A person as responses show one, with ids of the kinds the call asked for.
pub(super) fn render(directory: &Directory, user: &User, kinds: IdTypes) -> Value {
    let name_of = |open_id: &String| {
        let department = directory.find_department(DepartmentIdType::Open, open_id);
        department.map_or(ROOT, |department| kinds.departments.id_of(department)).to_owned()
    };
    let departments: Vec<String> = user.departments.iter().map(name_of).collect();
    let orders = departments.iter().enumerate().map(|(index, id)| {
        json!({
            "department_id": id, "user_order": 0, "department_order": 1,
            "is_primary_dept": index == 0,
        })
    });
    let leader = user.leader.as_ref().and_then(|id| directory.find_user(UserIdType::Open, id));
    let mut fields = user.fields.clone();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("orders", orders.collect());
    set("department_ids", json!(departments));
    set("leader_user_id", json!(leader.map_or("", |leader| kinds.users.id_of(leader))));
    set("open_id", json!(user.open_id));
    set("union_id", json!(user.union_id));
    set("user_id", json!(user.user_id));
    Value::Object(fields)
}

fn texts<'a>(call: &'a Call, field: &str) -> Vec<&'a str> {
    call.body[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn at_most_50(field: &str, count: usize) -> Result<(), Rejection> {
    if count <= 50 {
        return Ok(());
    }
    Err(Rejection::of_field(field, &count.to_string(), "the max len is 50"))
}
