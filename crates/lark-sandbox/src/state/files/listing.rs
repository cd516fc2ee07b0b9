//! Folders of Drive and what is in them.

use serde_json::{Value, json};

use super::Desk;
use super::shelf::{Kind, New, Stored};
use crate::answer::{Refusal, faults};
use crate::disk::Content;
use crate::state::page::List;

/// The largest page, and the usual one.
const PAGE: u64 = 200;

/// A folder's files and folders, the newest first unless the call says otherwise. Without a folder,
/// all that is in none of the folders made here: the sandbox knows no token of the root.
pub(super) fn list(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let folder = desk.call.query("folder_token");
    let entries = desk.files.all(|it| {
        let here = match folder {
            Some(folder) => it.parent == folder,
            None => desk.files.find(Kind::Folder, &it.parent).is_none(),
        };
        here && matches!(it.kind, Kind::DriveFile | Kind::Folder)
    });
    let scope = format!("files of {}", folder.unwrap_or_default());
    let ascending = desk.call.query("direction") == Some("ASC");
    let list = List { scope: &format!("{scope} {ascending}"), default_size: PAGE, largest: PAGE };
    let render = |(key, stored)| entry(desk, key, stored);
    // Keys of a page have to ascend.
    let mut page = if ascending {
        list.page(desk.call, entries.into_iter().map(|it| (it.1.serial, it)), render)?
    } else {
        let newest = entries.into_iter().rev().map(|it| (u64::MAX - it.1.serial, it));
        list.page(desk.call, newest, render)?
    };
    let (files, next) = (page["items"].take(), page["page_token"].take());
    Ok(json!({ "files": files, "has_more": page["has_more"], "next_page_token": next }))
}

fn entry(desk: &Desk<'_>, token: &str, stored: &Stored) -> Value {
    json!({
        "token": token,
        "name": stored.name,
        "type": type_of(stored),
        "parent_token": stored.parent,
        "url": url(desk, stored, token),
        "created_time": (stored.created_ms / 1000).to_string(),
        "modified_time": (stored.modified_ms / 1000).to_string(),
        "owner_id": stored.owner.id(),
    })
}

fn type_of(stored: &Stored) -> &'static str {
    if stored.kind == Kind::Folder { "folder" } else { "file" }
}

fn url(desk: &Desk<'_>, stored: &Stored, token: &str) -> String {
    let place = if stored.kind == Kind::Folder { "drive/folder" } else { "file" };
    format!("{}/{place}/{token}", desk.platform.base_url)
}

pub(super) fn create_folder(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let text = |name: &str| desk.call.text(name).unwrap_or_default().to_owned();
    let (name, parent) = (text("name"), text("folder_token"));
    let token = desk.store(New { kind: Kind::Folder, name, content: Content::default(), parent });
    let url = format!("{}/drive/folder/{token}", desk.platform.base_url);
    Ok(json!({ "token": token, "url": url }))
}

/// A file that is gone at once; a folder leaves what was in it.
pub(super) fn delete(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let kind = match desk.call.query("type") {
        Some("folder") => Kind::Folder,
        _ => Kind::DriveFile,
    };
    let gone = desk.files.remove(kind, desk.call.path("file_token"));
    gone.map(|_| json!({})).ok_or_else(|| Refusal::of(faults::DRIVE_NOT_FOUND))
}

/// What is known of files and folders; documents of other types are not kept here.
pub(super) fn metas(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let (mut metas, mut failed) = (Vec::new(), Vec::new());
    for doc in desk.call.body["request_docs"].as_array().into_iter().flatten() {
        let token = doc["doc_token"].as_str().unwrap_or_default();
        let kinds = [Kind::DriveFile, Kind::Folder];
        let found = kinds.into_iter().find_map(|kind| desk.files.find(kind, token));
        match found.filter(|stored| doc["doc_type"] == type_of(stored)) {
            Some(stored) => metas.push(json!({
                "doc_token": token,
                "doc_type": type_of(stored),
                "title": stored.name,
                "owner_id": stored.owner.id(),
                "create_time": (stored.created_ms / 1000).to_string(),
                "latest_modify_user": stored.owner.id(),
                "latest_modify_time": (stored.modified_ms / 1000).to_string(),
                "url": url(desk, stored, token),
            })),
            None => failed.push(json!({ "token": token, "code": faults::META_UNKNOWN })),
        }
    }
    Ok(json!({ "metas": metas, "failed_list": failed }))
}
