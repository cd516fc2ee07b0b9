//! Changes to people.

use serde_json::{Map, Value, json};

use super::ids::{IdTypes, UserIdType};
use super::seed::status;
use super::store::{Directory, User};
use super::user::{department_id, render};
use crate::http::{ErrorCode, Rejection, codes};
use crate::platform::Call;
use crate::services::ids::{Ids, hash};

/// Not kept: ids, which are kept apart, and lists that name other records.
const NOT_KEPT: [&str; 10] = [
    "open_id",
    "union_id",
    "user_id",
    "department_ids",
    "leader_user_id",
    "orders",
    "positions",
    "department_path",
    "dotted_line_leader_user_ids",
    "need_send_notification",
];

pub(super) fn create(
    directory: &mut Directory,
    ids: &Ids,
    call: &Call,
) -> Result<Value, Rejection> {
    require(call)?;
    let open_id = ids.next("ou_");
    let mut user = User {
        union_id: ids.next("on_"),
        user_id: call.text("user_id").map_or_else(|| short(&open_id), str::to_owned),
        open_id,
        ..User::default()
    };
    if directory.find_user(UserIdType::User, &user.user_id).is_some() {
        return Err(Rejection::of(codes::USER_ID_TAKEN));
    }
    user.fields.insert("status".to_owned(), status());
    apply(directory, call, &mut user)?;
    let rendered = json!({ "user": render(directory, &user, IdTypes::of(call)) });
    directory.add_user(user);
    Ok(rendered)
}

/// Replaces what the call names and keeps the rest.
pub(super) fn patch(directory: &mut Directory, call: &Call) -> Result<Value, Rejection> {
    let (serial, mut user) = find(directory, call)?;
    apply(directory, call, &mut user)?;
    let rendered = json!({ "user": render(directory, &user, IdTypes::of(call)) });
    directory.users.insert(serial, user);
    Ok(rendered)
}

/// As [`patch`], but name, mobile and departments have to be there.
pub(super) fn update(directory: &mut Directory, call: &Call) -> Result<Value, Rejection> {
    require(call)?;
    patch(directory, call)
}

pub(super) fn delete(directory: &mut Directory, call: &Call) -> Result<(), Rejection> {
    let (serial, _) = find(directory, call)?;
    directory.users.remove(&serial);
    Ok(())
}

fn find(directory: &Directory, call: &Call) -> Result<(u64, User), Rejection> {
    let kind = UserIdType::of(call);
    let id = call.path("user_id");
    let found = directory.users.iter().find(|(_, user)| kind.id_of(user) == id);
    let (serial, user) = found.ok_or_else(|| Rejection::of(kind.unknown()))?;
    Ok((*serial, user.clone()))
}

fn require(call: &Call) -> Result<(), Rejection> {
    let filled = |field: &str| call.text(field).is_some_and(|text| !text.is_empty());
    let reject = |code: ErrorCode| Err(Rejection::of(code));
    if !filled("name") {
        return reject(codes::USER_NAMELESS);
    }
    if !filled("mobile") {
        return reject(codes::USER_WITHOUT_MOBILE);
    }
    if call.body["department_ids"].as_array().is_none_or(Vec::is_empty) {
        return reject(codes::USER_WITHOUT_DEPARTMENT);
    }
    Ok(())
}

/// Takes over what the body says, after checking it all.
fn apply(directory: &Directory, call: &Call, user: &mut User) -> Result<(), Rejection> {
    let kinds = IdTypes::of(call);
    let others = |found: Option<&User>| found.is_some_and(|other| other.open_id != user.open_id);
    if call.text("mobile").is_some_and(|it| others(directory.find_user_by_mobile(it))) {
        return Err(Rejection::of(codes::MOBILE_TAKEN));
    }
    let email = call.text("email").filter(|email| !email.is_empty());
    if email.is_some_and(|it| others(directory.find_user_by_email(it))) {
        return Err(Rejection::of(codes::EMAIL_TAKEN));
    }
    if let Some(departments) = call.body["department_ids"].as_array() {
        let named = departments.iter().filter_map(Value::as_str);
        let known = named.map(|id| department_id(directory, kinds.departments, id));
        user.departments = known.map(|id| id.map(str::to_owned)).collect::<Result<_, _>>()?;
    }
    if let Some(id) = call.text("leader_user_id").filter(|id| !id.is_empty()) {
        let leader = directory.find_user(kinds.users, id);
        let leader = leader.ok_or_else(|| Rejection::of(codes::LEADER_INVALID))?;
        user.leader = Some(leader.open_id.clone());
    }
    user.fields.extend(kept(call, &NOT_KEPT));
    Ok(())
}

/// The fields of the body that are stored as they are.
pub(super) fn kept(call: &Call, except: &[&str]) -> Map<String, Value> {
    let fields = call.body.as_object().into_iter().flatten();
    let kept = fields.filter(|(name, value)| !except.contains(&name.as_str()) && !value.is_null());
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn short(open_id: &str) -> String {
    format!("{:08x}", hash(open_id) as u32)
}
