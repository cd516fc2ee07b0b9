//! Attachments of tasks: `task.v2.attachment.*`

use std::sync::Arc;

use serde_json::{Value, json};

use super::Desk;
use super::shelf::{Kind, New, Stored};
use crate::answer::{Refusal, faults};
use crate::disk::Content;
use crate::state::page::{LARGEST, List};

/// The largest attachment, in bytes.
const LIMIT: u64 = 50 << 20;

/// One attachment, of any task: tasks have no memory here.
pub(super) fn upload(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let upload = desk.file("file")?;
    let refuse = |reason: &str| Err(faults::ATTACHMENT_PARAM.because(reason));
    match upload.file.size {
        0 => return refuse("the file is empty"),
        size if size > LIMIT => return refuse("the file is larger than 50 MB"),
        _ => {}
    }
    if !matches!(desk.call.text("resource_type"), None | Some("" | "task")) {
        return refuse("invalid resource_type");
    }
    let content = Content::of(vec![Arc::clone(&upload.file)]);
    let name = upload.name.clone();
    let parent = desk.call.text("resource_id").unwrap_or_default().to_owned();
    let guid = desk.store(New { kind: Kind::Attachment, name, content, parent });
    Ok(json!({ "items": [render(desk, &guid, find(desk, &guid)?)] }))
}

pub(super) fn get(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let guid = desk.call.path("attachment_guid");
    Ok(json!({ "attachment": render(desk, guid, find(desk, guid)?) }))
}

pub(super) fn list(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let task = desk.call.query("resource_id").unwrap_or_default();
    let found = desk.files.all(|it| it.kind == Kind::Attachment && it.parent == task);
    let scope = format!("attachments of {task}");
    let list = List { scope: &scope, default_size: LARGEST, largest: LARGEST };
    let items = found.into_iter().map(|it| (it.1.serial, it));
    list.page(desk.call, items, |(guid, stored)| render(desk, guid, stored))
}

pub(super) fn delete(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let gone = desk.files.remove(Kind::Attachment, desk.call.path("attachment_guid"));
    gone.map(drop).ok_or_else(|| Refusal::of(faults::ATTACHMENT_UNKNOWN))
}

fn find<'a>(desk: &'a Desk<'_>, guid: &str) -> Result<&'a Stored, Refusal> {
    let unknown = || Refusal::of(faults::ATTACHMENT_UNKNOWN);
    desk.files.find(Kind::Attachment, guid).ok_or_else(unknown)
}

/// The address leads to the file without a token, as the platform's does for three minutes.
fn render(desk: &Desk<'_>, guid: &str, stored: &Stored) -> Value {
    let base_url = &desk.platform.base_url;
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
