//! Who may do what with a document: its members and its owner.

use serde_json::{Map, Value, json};

use super::{Ctx, listing};
use crate::http::{ErrorCode, Rejection, codes};
use crate::platform::bot_open_id;

const INVALID: ErrorCode = codes::code(400, 1_063_001, "Invalid Parameter");
const NOT_ALLOWED: ErrorCode = codes::code(400, 1_063_003, "Invalid Operation");
const NOT_FOUND: ErrorCode = codes::code(404, 1_063_005, "Resource is deleted");

/// What was set of a document.
#[derive(Default)]
pub(super) struct Permissions {
    /// None: whoever made it.
    pub(super) owner: Option<String>,
    members: Vec<Map<String, Value>>,
    /// The sharing settings that were changed.
    pub(super) public: Map<String, Value>,
}

impl Permissions {
    fn position(&self, id_type: &str, id: &str) -> Option<usize> {
        let is = |it: &Map<String, Value>, name: &str, value: &str| {
            it.get(name).and_then(Value::as_str) == Some(value)
        };
        let mut members = self.members.iter();
        members.position(|it| is(it, "member_type", id_type) && is(it, "member_id", id))
    }

    /// Adds a member, or gives one another role.
    fn set(&mut self, member: Map<String, Value>) {
        let text = |name: &str| member.get(name).and_then(Value::as_str).unwrap_or_default();
        match self.position(text("member_type"), text("member_id")) {
            Some(index) => self.members[index] = member,
            None => self.members.push(member),
        }
    }
}

fn permissions<'a>(ctx: &'a mut Ctx<'_>) -> &'a mut Permissions {
    ctx.store.permissions.entry(ctx.call.path("token").to_owned()).or_default()
}

/// The members of a document.
pub(super) fn members<'a>(ctx: &'a Ctx<'_>, token: &str) -> &'a [Map<String, Value>] {
    ctx.store.permissions.get(token).map_or(&[], |it| &it.members)
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Value {
    let perm_type = ctx.call.query("perm_type").map(str::to_owned);
    let is_wanted = |it: &&Map<String, Value>| {
        let own = it.get("perm_type").and_then(Value::as_str).unwrap_or("container");
        perm_type.as_deref().is_none_or(|wanted| wanted == own)
    };
    json!({ "items": permissions(ctx).members.iter().filter(is_wanted).collect::<Vec<_>>() })
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let member = ctx.call.body.as_object().cloned().unwrap_or_default();
    add(ctx, member).map(|member| json!({ "member": member }))
}

/// All of them, or none.
pub(super) fn batch_create(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let members = ctx.call.body["members"].as_array().cloned().unwrap_or_default();
    let members: Vec<_> = members.iter().filter_map(Value::as_object).cloned().collect();
    members.iter().try_for_each(|it| check(ctx, it))?;
    let added: Vec<_> = members.into_iter().map(|it| add(ctx, it)).collect::<Result<_, _>>()?;
    Ok(json!({ "members": added }))
}

fn add(ctx: &mut Ctx<'_>, member: Map<String, Value>) -> Result<Map<String, Value>, Rejection> {
    check(ctx, &member)?;
    if ctx.call.is_set("need_notification") && ctx.call.caller.open_id.is_none() {
        return Err(INVALID.because("need_notification takes a user access token"));
    }
    permissions(ctx).set(member.clone());
    Ok(member)
}

fn check(ctx: &Ctx<'_>, member: &Map<String, Value>) -> Result<(), Rejection> {
    let text = |name: &str| member.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = text("member_id");
    match text("member_type") {
        _ if id.is_empty() => Err(INVALID.because("member_id is empty")),
        // The open id of a bot names nobody who could open a document.
        "openid" if ctx.services.apps.all().iter().any(|it| bot_open_id(&it.id) == id) => {
            Err(NOT_ALLOWED.because(format!("{id} is a bot")))
        }
        "opendepartmentid" if ctx.call.caller.open_id.is_none() => {
            Err(INVALID.because("opendepartmentid takes a user access token"))
        }
        "wikispaceid" if text("type").is_empty() => {
            Err(INVALID.because("type is required for wikispaceid"))
        }
        _ => Ok(()),
    }
}

pub(super) fn update(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let (id, mut member) = (ctx.call.path("member_id").to_owned(), ctx.call.body.clone());
    let id_type = member["member_type"].as_str().unwrap_or_default();
    let known = permissions(ctx).position(id_type, &id);
    known.ok_or_else(|| NOT_FOUND.because(format!("{id} is no member")))?;
    member["member_id"] = json!(id);
    let member = member.as_object().cloned().unwrap_or_default();
    permissions(ctx).set(member.clone());
    Ok(json!({ "member": member }))
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    let (call, id) = (ctx.call, ctx.call.path("member_id"));
    let members = permissions(ctx);
    let known = members.position(call.query("member_type").unwrap_or_default(), id);
    let index = known.ok_or_else(|| NOT_FOUND.because(format!("{id} is no member")))?;
    members.members.remove(index);
    Ok(())
}

/// The old owner becomes a member, unless the call says otherwise; the new one is none any more.
pub(super) fn transfer(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    let call = ctx.call;
    let member = call.body.as_object().cloned().unwrap_or_default();
    check(ctx, &member)?;
    let text = |name: &str| call.text(name).unwrap_or_default();
    let (id_type, id) = (text("member_type"), text("member_id"));
    let made_by = || listing::find(ctx, call.path("token")).map(|it| it.owner);
    let before = ctx.store.permissions.get(call.path("token")).and_then(|it| it.owner.clone());
    let before = before.or_else(made_by).unwrap_or_else(|| call.caller.id().to_owned());
    let keeps = !call.is_set("remove_old_owner") && before != id;
    let perm = call.query("old_owner_perm").unwrap_or("full_access");
    let permissions = permissions(ctx);
    if let Some(index) = permissions.position(id_type, id) {
        permissions.members.remove(index);
    }
    permissions.owner = Some(id.to_owned());
    if keeps {
        let is_app = before.starts_with("cli_");
        let old = json!({
            "member_type": if is_app { "appid" } else { "openid" },
            "member_id": before,
            "perm": perm,
            "perm_type": "container",
        });
        permissions.set(old.as_object().cloned().unwrap_or_default());
    }
    Ok(())
}
