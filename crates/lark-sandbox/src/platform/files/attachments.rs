//! Attachments of tasks: `task.v2.attachment.*`

use std::sync::Arc;

use serde_json::{Value, json};

use super::Ctx;
use super::store::{Kind, New, Stored};
use crate::http::{Rejection, codes};
use crate::platform::page::{LARGEST, List};
use crate::services::disk::Content;

/// The largest attachment, in bytes.
const LIMIT: u64 = 50 << 20;

/// One attachment, of any task: tasks have no memory here.
pub(super) fn upload(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let upload = ctx.file("file")?;
    let reject = |reason: &str| Err(codes::ATTACHMENT_PARAM.because(reason));
    match upload.file.size {
        0 => return reject("the file is empty"),
        size if size > LIMIT => return reject("the file is larger than 50 MB"),
        _ => {}
    }
    if !matches!(ctx.call.text("resource_type"), None | Some("" | "task")) {
        return reject("invalid resource_type");
    }
    let content = Content::of(vec![Arc::clone(&upload.file)]);
    let name = upload.name.clone();
    let parent = ctx.call.text("resource_id").unwrap_or_default().to_owned();
    let guid = ctx.store(New { kind: Kind::Attachment, name, content, parent });
    Ok(json!({ "items": [render(ctx, &guid, find(ctx, &guid)?)] }))
}

pub(super) fn get(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let guid = ctx.call.path("attachment_guid");
    Ok(json!({ "attachment": render(ctx, guid, find(ctx, guid)?) }))
}

pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let task = ctx.call.query("resource_id").unwrap_or_default();
    let found = ctx.files.all(|it| it.kind == Kind::Attachment && it.parent == task);
    let scope = format!("attachments of {task}");
    let list = List { scope: &scope, key: "items", default_size: LARGEST, largest: LARGEST };
    let items = found.into_iter().map(|it| (it.1.serial, it));
    list.page(ctx.call, items, |(guid, stored)| render(ctx, guid, stored))
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    let gone = ctx.files.remove(Kind::Attachment, ctx.call.path("attachment_guid"));
    gone.map(drop).ok_or_else(|| Rejection::of(codes::ATTACHMENT_UNKNOWN))
}

fn find<'a>(ctx: &'a Ctx<'_>, guid: &str) -> Result<&'a Stored, Rejection> {
    let unknown = || Rejection::of(codes::ATTACHMENT_UNKNOWN);
    ctx.files.find(Kind::Attachment, guid).ok_or_else(unknown)
}

/// The address leads to the file without a token, as the platform's does for three minutes.
fn render(ctx: &Ctx<'_>, guid: &str, stored: &Stored) -> Value {
    let base_url = &ctx.services.base_url;
    let kind = if stored.owner.open_id.is_some() { "user" } else { "app" };
    json!({
        "guid": guid,
        "file_token": guid,
        "name": stored.name,
        "size": stored.content.size(),
        "resource": { "type": "task", "id": stored.parent },
        "uploader": { "id": stored.owner.id(), "type": kind },
        "is_cover": false,
        "uploaded_at": stored.created_ms.to_string(),
        "url": format!("{base_url}/sandbox/v1/stored_file?key={guid}"),
    })
}
