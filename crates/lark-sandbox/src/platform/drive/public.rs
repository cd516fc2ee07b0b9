//! The sharing settings of a document.

use serde_json::{Map, Value, json};

use super::Ctx;
use crate::http::{ErrorCode, Rejection, codes};

const FORBIDDEN: ErrorCode = codes::code(400, 1_063_001, "Invalid Parameter");

/// What a document has before somebody changes it.
fn settings(changed: Option<&Map<String, Value>>) -> Value {
    let mut settings = json!({
        "comment_entity": "anyone_can_view",
        "copy_entity": "anyone_can_view",
        "external_access_entity": "closed",
        "link_share_entity": "closed",
        "lock_switch": false,
        "manage_collaborator_entity": "collaborator_can_view",
        "security_entity": "anyone_can_view",
        "share_entity": "same_tenant",
    });
    for (name, value) in changed.into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

/// The settings of a document.
pub(super) fn settings_of(ctx: &Ctx<'_>, token: &str) -> Value {
    settings(ctx.store.permissions.get(token).map(|it| &it.public))
}

pub(super) fn get(ctx: &Ctx<'_>) -> Value {
    json!({ "permission_public": settings_of(ctx, ctx.call.path("token")) })
}

pub(super) fn patch(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let token = ctx.call.path("token").to_owned();
    let permissions = ctx.store.permissions.entry(token).or_default();
    let mut public = permissions.public.clone();
    public.extend(ctx.call.body.as_object().cloned().into_iter().flatten());
    let after = settings(Some(&public));
    let is_for_anyone =
        after["link_share_entity"].as_str().is_some_and(|it| it.starts_with("anyone_"));
    if is_for_anyone && after["external_access_entity"] != "open" {
        let why = "link_share_entity is for anyone, and external_access_entity is not open";
        return Err(FORBIDDEN.because(why));
    }
    permissions.public = public;
    Ok(json!({ "permission_public": after }))
}
