//! Folders of Drive and what is in them.

use serde_json::{Value, json};

use super::Ctx;
use super::store::{Kind, New, Stored};
use crate::http::{Rejection, codes};
use crate::platform::page::{List, Order};
use crate::services::disk::Content;

/// The largest page, and the usual one.
const PAGE: u64 = 200;

/// A folder's files and folders, the newest first unless the call says otherwise. Without a folder,
/// all that is in none of the folders made here: the sandbox knows no token of the root.
pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let folder = ctx.call.query("folder_token");
    let entries = ctx.files.all(|it| {
        let here = match folder {
            Some(folder) => it.parent == folder,
            None => ctx.files.find(Kind::Folder, &it.parent).is_none(),
        };
        here && matches!(it.kind, Kind::DriveFile | Kind::Folder)
    });
    let scope = format!("files of {}", folder.unwrap_or_default());
    let order = match ctx.call.query("direction") {
        Some("ASC") => Order::Ascending,
        _ => Order::Descending,
    };
    let list = List {
        scope: &format!("{scope} {order:?}"),
        key: "files",
        default_size: PAGE,
        largest: PAGE,
    };
    let entries = entries.into_iter().map(|it| (it.1.serial, it));
    let render = |(key, stored)| entry(ctx, key, stored);
    let mut page = list.ordered_page(ctx.call, order, entries, render)?;
    page["next_page_token"] = page["page_token"].take();
    page.as_object_mut().and_then(|page| page.remove("page_token"));
    Ok(page)
}

fn entry(ctx: &Ctx<'_>, token: &str, stored: &Stored) -> Value {
    json!({
        "token": token,
        "name": stored.name,
        "type": type_of(stored),
        "parent_token": stored.parent,
        "url": url(ctx, stored, token),
        "created_time": (stored.created_ms / 1000).to_string(),
        "modified_time": (stored.modified_ms / 1000).to_string(),
        "owner_id": stored.owner.id(),
    })
}

fn type_of(stored: &Stored) -> &'static str {
    if stored.kind == Kind::Folder { "folder" } else { "file" }
}

fn url(ctx: &Ctx<'_>, stored: &Stored, token: &str) -> String {
    let place = if stored.kind == Kind::Folder { "drive/folder" } else { "file" };
    format!("{}/{place}/{token}", ctx.services.base_url)
}

pub(super) fn create_folder(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let text = |name: &str| ctx.call.text(name).unwrap_or_default().to_owned();
    let (name, parent) = (text("name"), text("folder_token"));
    let token = ctx.store(New { kind: Kind::Folder, name, content: Content::default(), parent });
    let url = format!("{}/drive/folder/{token}", ctx.services.base_url);
    Ok(json!({ "token": token, "url": url }))
}

/// A file that is gone at once; a folder leaves what was in it.
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let kind = match ctx.call.query("type") {
        Some("folder") => Kind::Folder,
        _ => Kind::DriveFile,
    };
    let gone = ctx.files.remove(kind, ctx.call.path("file_token"));
    gone.map(|_| json!({})).ok_or_else(|| Rejection::of(codes::DRIVE_NOT_FOUND))
}

/// What is known of files and folders; documents of other types are not kept here.
pub(super) fn metas(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let (mut metas, mut failed) = (Vec::new(), Vec::new());
    for doc in ctx.call.body["request_docs"].as_array().into_iter().flatten() {
        let token = doc["doc_token"].as_str().unwrap_or_default();
        let kinds = [Kind::DriveFile, Kind::Folder];
        let found = kinds.into_iter().find_map(|kind| ctx.files.find(kind, token));
        match found.filter(|stored| doc["doc_type"] == type_of(stored)) {
            Some(stored) => metas.push(json!({
                "doc_token": token,
                "doc_type": type_of(stored),
                "title": stored.name,
                "owner_id": stored.owner.id(),
                "create_time": (stored.created_ms / 1000).to_string(),
                "latest_modify_user": stored.owner.id(),
                "latest_modify_time": (stored.modified_ms / 1000).to_string(),
                "url": url(ctx, stored, token),
            })),
            None => failed.push(json!({ "token": token, "code": codes::META_UNKNOWN })),
        }
    }
    Ok(json!({ "metas": metas, "failed_list": failed }))
}
