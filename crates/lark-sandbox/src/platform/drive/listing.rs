//! Folders and what is in them.

use serde_json::{Value, json};

use super::{Ctx, Entry};
use crate::http::{Rejection, codes};
use crate::platform::page::{List, Order};

/// The largest page, and the usual one.
const PAGE: u64 = 200;

/// What is in a folder, what was edited or created last first unless the call says otherwise. Without a folder, all
/// that is in none of the folders made here: the sandbox knows no token of the root.
pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let folder = ctx.call.query("folder_token");
    let folders = ctx.files.folders(ctx.tenant());
    let is_wanted = |parent: &str| match folder {
        Some(folder) => parent == folder,
        None => !folders.contains(parent),
    };
    let mut entries = ctx.files.entries(ctx.tenant(), is_wanted);
    entries.extend(ctx.documents.entries(ctx.tenant(), is_wanted));
    let kept = ctx.store.entries.values().filter(|it| is_wanted(&it.parent));
    entries.extend(kept.cloned());
    entries.sort_by_key(|it| it.serial);
    let order = match ctx.call.query("direction") {
        Some("ASC") => Order::Ascending,
        _ => Order::Descending,
    };
    let scope = format!("files of {} {order:?}", folder.unwrap_or_default());
    let list = List { scope: &scope, key: "files", default_size: PAGE, largest: PAGE };
    let entries = entries.into_iter().map(|it| (it.serial, it));
    let mut page =
        list.ordered_page(ctx.call, order, entries, |it| owned(ctx, it).listed(ctx.services))?;
    page["next_page_token"] = page["page_token"].take();
    page.as_object_mut().and_then(|page| page.remove("page_token"));
    Ok(page)
}

/// With the owner that it has now.
fn owned(ctx: &Ctx<'_>, mut entry: Entry) -> Entry {
    if let Some(owner) = ctx.store.permissions.get(&entry.token).and_then(|it| it.owner.as_ref()) {
        entry.owner.clone_from(owner);
    }
    entry
}

/// What is known of a file, folder or document.
pub(super) fn find(ctx: &Ctx<'_>, token: &str) -> Option<Entry> {
    let kept = || ctx.store.entries.get(token).cloned();
    let found = ctx.files.entry(ctx.tenant(), token);
    let found = found.or_else(|| ctx.documents.entry(ctx.tenant(), token)).or_else(kept);
    found.map(|it| owned(ctx, it))
}

pub(super) fn create_shortcut(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let refer = &ctx.call.body["refer_entity"];
    let text = |name: &str| refer[name].as_str().unwrap_or_default().to_owned();
    let (token, kind) = (text("refer_token"), text("refer_type"));
    let target = find(ctx, &token).ok_or_else(|| codes::DRIVE_NOT_FOUND.because(&token))?;
    let parent = ctx.call.text("parent_token").unwrap_or_default();
    let mut entry = new_entry(ctx, "shortcut", &target.name, parent);
    entry.target = Some((kind, token));
    let listed = entry.listed(ctx.services);
    ctx.store.entries.insert(entry.token.clone(), entry);
    Ok(json!({ "succ_shortcut_node": listed }))
}

/// Something new in a folder.
pub(super) fn new_entry(ctx: &Ctx<'_>, kind: &str, name: &str, parent: &str) -> Entry {
    let prefix = match kind {
        "sheet" => "shtcn",
        "bitable" => "bascn",
        _ => "nodcn",
    };
    let now = ctx.services.now_ms();
    Entry {
        serial: ctx.services.ids.serial(),
        token: ctx.services.ids.token(prefix),
        kind: kind.to_owned(),
        name: name.to_owned(),
        parent: parent.to_owned(),
        owner: ctx.call.caller.id().to_owned(),
        created_ms: now,
        modified_ms: now,
        target: None,
    }
}

/// Something that is gone at once; a folder leaves what was in it.
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    let (token, tenant) = (ctx.call.path("file_token"), ctx.tenant().to_owned());
    let is_gone = match ctx.call.query("type") {
        Some("folder") => ctx.files.remove_folder(&tenant, token),
        Some("file") => ctx.files.remove_file(&tenant, token),
        Some("docx") => ctx.documents.remove(&tenant, token),
        _ => ctx.store.entries.remove(token).is_some(),
    };
    if is_gone { Ok(()) } else { Err(codes::DRIVE_NOT_FOUND.because(token)) }
}

/// What is known of files and documents.
pub(super) fn metas(ctx: &Ctx<'_>) -> Value {
    let (mut metas, mut failed) = (Vec::new(), Vec::new());
    for doc in ctx.call.body["request_docs"].as_array().into_iter().flatten() {
        let token = doc["doc_token"].as_str().unwrap_or_default();
        match find(ctx, token).filter(|entry| doc["doc_type"] == entry.kind.as_str()) {
            Some(entry) => metas.push(entry.meta(ctx.services)),
            None => failed.push(json!({ "token": token, "code": codes::META_UNKNOWN })),
        }
    }
    json!({ "metas": metas, "failed_list": failed })
}
