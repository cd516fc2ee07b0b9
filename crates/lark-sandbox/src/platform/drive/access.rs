//! What callers may do with documents: asked for, and enforced if a test wants that.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Ctx, listing, permissions, public};
use crate::http::{ErrorCode, Rejection, codes};
use crate::platform::Call;

const OF_DOCUMENT: ErrorCode = codes::code(403, 1_770_032, "forbidden");
const OF_MEMBERS: ErrorCode = codes::code(403, 1_063_002, "Permission denied");
const OF_FILE: ErrorCode = codes::code(403, 1_061_004, "forbidden.");
const OF_EXPORT: ErrorCode = codes::code(403, 1_069_902, "no permission");
const OF_NODE: ErrorCode = codes::code(400, 131_006, "permission denied");

/// From little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Right {
    Nothing,
    View,
    Edit,
    Full,
}

impl Right {
    /// Of a role, or of a setting such as `anyone_can_edit`.
    fn named(name: &str) -> Self {
        match name {
            it if it.ends_with("full_access") => Self::Full,
            it if it.ends_with("edit") || it.ends_with("editable") => Self::Edit,
            it if it.ends_with("view") || it.ends_with("readable") => Self::View,
            _ => Self::Nothing,
        }
    }
}

/// `drive.v1.permission.member.auth`; `None` for what is not kept here.
pub(super) fn auth(ctx: &Ctx<'_>) -> Option<Value> {
    let token = ctx.call.path("token");
    listing::find(ctx, token)?;
    let settings = public::settings_of(ctx, token);
    let setting = |name: &str| Right::named(settings[name].as_str().unwrap_or_default());
    let needed = match ctx.call.query("action")? {
        "view" => Right::View,
        "edit" => Right::Edit,
        "comment" => setting("comment_entity"),
        "share" => setting("manage_collaborator_entity"),
        "export" | "copy" | "print" => setting("security_entity"),
        _ => Right::Full,
    };
    Some(json!({ "auth_result": right(ctx, token) >= needed.max(Right::View) }))
}

/// Why a call is refused, if it is; `Ok` for calls that are about nothing that is kept here.
pub(super) fn check(ctx: &Ctx<'_>) -> Result<(), Rejection> {
    let Some((token, needed, code)) = needed(ctx.call) else { return Ok(()) };
    match right(ctx, &token) >= needed {
        true => Ok(()),
        false => Err(code.because(format!("{} needs {needed:?} of {token}", ctx.call.caller.id()))),
    }
}

/// What a call is about, the right that it needs, and what the platform says without.
fn needed(call: &Call) -> Option<(String, Right, ErrorCode)> {
    let of = |name: &str, right, code| Some((call.path(name).to_owned(), right, code));
    let body = |name: &str, right, code| Some((call.text(name)?.to_owned(), right, code));
    match call.operation_id {
        "docx.v1.document.create" | "docx.v1.document.convert" => None,
        "docx.v1.document.get"
        | "docx.v1.document.raw_content"
        | "docx.v1.document.block.list"
        | "docx.v1.document.block.get"
        | "docx.v1.document.block.children.get" => of("document_id", Right::View, OF_DOCUMENT),
        id if id.starts_with("docx.v1.document.") => of("document_id", Right::Edit, OF_DOCUMENT),
        "drive.v1.permission.member.auth" => None,
        "drive.v1.permission.member.list" | "drive.v2.permission.public.get" => {
            of("token", Right::View, OF_MEMBERS)
        }
        "drive.v1.permission.member.transfer_owner" | "drive.v2.permission.public.patch" => {
            of("token", Right::Full, OF_MEMBERS)
        }
        id if id.starts_with("drive.v1.permission.member.") => of("token", Right::Edit, OF_MEMBERS),
        "drive.v1.file.delete" => of("file_token", Right::Full, OF_FILE),
        "drive.v1.file.download" => of("file_token", Right::View, OF_FILE),
        "drive.v1.file.list" => {
            let folder = call.query("folder_token")?.to_owned();
            Some((folder, Right::View, OF_FILE))
        }
        "drive.v1.export_task.create" => body("token", Right::View, OF_EXPORT),
        "wiki.v2.space.node.move_docs_to_wiki" => body("obj_token", Right::Full, OF_NODE),
        _ => None,
    }
}

/// What the caller may do with a document, file or folder. Everything with what is not kept here or was there
/// from the beginning, which has no owner.
fn right(ctx: &Ctx<'_>, token: &str) -> Right {
    let mut best = Right::Nothing;
    let (mut token, mut seen) = (token.to_owned(), HashSet::new());
    // Who may open a folder may open what is in it.
    while seen.insert(token.clone()) {
        let Some(entry) = listing::find(ctx, &token) else {
            return if seen.len() == 1 { Right::Full } else { best };
        };
        if entry.owner.is_empty() || entry.owner == ctx.call.caller.id() {
            return Right::Full;
        }
        let members = permissions::members(ctx, &token).iter();
        let roles =
            members.filter(|it| is_caller(ctx, it)).map(|it| Right::named(text(it, "perm")));
        best = roles.fold(best, Right::max);
        let link = public::settings_of(ctx, &token);
        best = best.max(Right::named(link["link_share_entity"].as_str().unwrap_or_default()));
        token = entry.parent;
    }
    best
}

/// Whether a member is the caller. Chats, departments and groups have everybody in them.
fn is_caller(ctx: &Ctx<'_>, member: &Map<String, Value>) -> bool {
    let (kind, id) = (text(member, "member_type"), text(member, "member_id"));
    let caller = &ctx.call.caller;
    let Some(open_id) = &caller.open_id else {
        return matches!(kind, "appid" if id == caller.app()) || kind == "openchat";
    };
    let own = |name: &str| {
        let profile = ctx.contact.profile(ctx.tenant(), open_id);
        profile[name].as_str().is_some_and(|it| it == id)
    };
    match kind {
        "openid" => id == open_id,
        "userid" => own("user_id"),
        "unionid" => own("union_id"),
        "email" => own("email"),
        "appid" => false,
        _ => true,
    }
}

fn text<'a>(member: &'a Map<String, Value>, name: &str) -> &'a str {
    member.get(name).and_then(Value::as_str).unwrap_or_default()
}
