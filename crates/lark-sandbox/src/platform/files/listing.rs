//! Files and folders of Drive, for its folders.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::store::{Kind, New, Stored};
use super::{Ctx, Files};
use crate::http::Rejection;
use crate::platform::drive::Entry;
use crate::services::StoredFile;
use crate::services::disk::Content;

const KINDS: [Kind; 2] = [Kind::DriveFile, Kind::Folder];

impl Files {
    /// The files and folders that are in these folders.
    pub(in crate::platform) fn entries(
        &self,
        tenant_key: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<Entry> {
        let Some(files) = self.stores.of(tenant_key) else { return Vec::new() };
        let files = crate::lock(&files);
        let found = files.all(|it| KINDS.contains(&it.kind));
        let wanted = found.into_iter().filter(|(_, it)| is_wanted(&it.parent));
        wanted.map(|(token, stored)| entry(token, stored)).collect()
    }

    /// A file or folder.
    pub(in crate::platform) fn entry(&self, tenant_key: &str, token: &str) -> Option<Entry> {
        let files = self.stores.of(tenant_key)?;
        let files = crate::lock(&files);
        let found = KINDS.into_iter().find_map(|kind| files.find(kind, token));
        found.map(|stored| entry(token, stored))
    }

    /// The tokens of all folders.
    pub(in crate::platform) fn folders(&self, tenant_key: &str) -> HashSet<String> {
        let Some(files) = self.stores.of(tenant_key) else { return HashSet::new() };
        let files = crate::lock(&files);
        let folders = files.all(|it| it.kind == Kind::Folder);
        folders.into_iter().map(|(token, _)| token.to_owned()).collect()
    }

    /// Removes a folder; whether it was there.
    pub(in crate::platform) fn remove_folder(&self, tenant_key: &str, token: &str) -> bool {
        self.remove(Kind::Folder, tenant_key, token)
    }

    /// Removes a file; whether it was there.
    pub(in crate::platform) fn remove_file(&self, tenant_key: &str, token: &str) -> bool {
        self.remove(Kind::DriveFile, tenant_key, token)
    }

    fn remove(&self, kind: Kind, tenant_key: &str, token: &str) -> bool {
        let files = self.stores.of(tenant_key);
        files.is_some_and(|files| crate::lock(&files).remove(kind, token).is_some())
    }

    /// A media.
    pub(in crate::platform) fn media(&self, tenant_key: &str, token: &str) -> Option<StoredFile> {
        let files = self.stores.of(tenant_key)?;
        let files = crate::lock(&files);
        files.find(Kind::Media, token)?;
        files.stored(token)
    }
}

fn entry(token: &str, stored: &Stored) -> Entry {
    Entry {
        serial: stored.serial,
        token: token.to_owned(),
        kind: if stored.kind == Kind::Folder { "folder" } else { "file" }.to_owned(),
        name: stored.name.clone(),
        parent: stored.parent.clone(),
        owner: stored.owner.id().to_owned(),
        created_ms: stored.created_ms,
        modified_ms: stored.modified_ms,
        target: None,
    }
}

pub(super) fn create_folder(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let text = |name: &str| ctx.call.text(name).unwrap_or_default().to_owned();
    let (name, parent) = (text("name"), text("folder_token"));
    let token = ctx.store(New { kind: Kind::Folder, name, content: Content::default(), parent });
    let url = format!("{}/drive/folder/{token}", ctx.services.base_url);
    Ok(json!({ "token": token, "url": url }))
}
