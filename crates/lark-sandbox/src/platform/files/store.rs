//! Everything that was uploaded to one tenant.

use std::collections::HashMap;

use super::Ctx;
use super::chunks::Upload;
use crate::services::Services;
use crate::services::disk::{Content, StoredFile};

/// What a file is to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    MessageFile,
    Image,
    DriveFile,
    Folder,
    Media,
    Attachment,
}

impl Kind {
    /// How keys of the kind begin.
    fn prefix(self) -> &'static str {
        match self {
            Self::MessageFile => "file_v3_",
            Self::Image => "img_v3_",
            Self::DriveFile | Self::Media => "box",
            Self::Folder => "fld",
            Self::Attachment => "",
        }
    }

    /// A key of the kind. Tokens of Drive have 27 characters.
    fn new_key(self, services: &Services) -> String {
        match self {
            Self::DriveFile | Self::Media | Self::Folder => services.ids.token(self.prefix()),
            Self::MessageFile | Self::Image | Self::Attachment => services.ids.next(self.prefix()),
        }
    }
}

/// Who uploads: an app, or a user of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) app_id: String,
    pub(super) open_id: Option<String>,
}

impl Owner {
    pub(super) fn of(ctx: &Ctx<'_>) -> Self {
        let caller = &ctx.call.caller;
        Self { app_id: caller.app().to_owned(), open_id: caller.open_id.clone() }
    }

    pub(super) fn id(&self) -> &str {
        self.open_id.as_deref().unwrap_or(&self.app_id)
    }
}

/// One file.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) owner: Owner,
    /// The folder, document or task it belongs to.
    pub(super) parent: String,
    pub(super) created_ms: u64,
    pub(super) modified_ms: u64,
    /// Counts up in the order of creation, of everything in Drive.
    pub(super) serial: u64,
    /// 1, and one more each time that its content is replaced.
    pub(super) version: u64,
}

/// The files and unfinished uploads of a tenant.
#[derive(Default)]
pub(super) struct FileStore {
    by_key: HashMap<String, Stored>,
    pub(super) uploads: HashMap<String, Upload>,
    pub(super) parts: u64,
}

impl FileStore {
    /// A file by its key, as tests look at it.
    pub(super) fn stored(&self, key: &str) -> Option<StoredFile> {
        let stored = self.by_key.get(key)?;
        Some(StoredFile { name: stored.name.clone(), content: stored.content.clone() })
    }

    pub(super) fn parts_received(&self) -> u64 {
        self.parts
    }

    /// A file of this kind.
    pub(super) fn find(&self, kind: Kind, key: &str) -> Option<&Stored> {
        self.by_key.get(key).filter(|stored| stored.kind == kind)
    }

    pub(super) fn remove(&mut self, kind: Kind, key: &str) -> Option<Stored> {
        self.find(kind, key)?;
        self.by_key.remove(key)
    }

    /// The files that pass, with their keys, the oldest first.
    pub(super) fn all(&self, passes: impl Fn(&Stored) -> bool) -> Vec<(&str, &Stored)> {
        let mut found: Vec<_> = self
            .by_key
            .iter()
            .filter(|(_, stored)| passes(stored))
            .map(|(key, stored)| (key.as_str(), stored))
            .collect();
        found.sort_by_key(|(_, stored)| stored.serial);
        found
    }

    /// Replaces the content of a file. The name stays.
    pub(super) fn replace(&mut self, key: &str, content: Content, now_ms: u64) {
        if let Some(stored) = self.by_key.get_mut(key) {
            stored.content = content;
            stored.modified_ms = now_ms;
            stored.version += 1;
        }
    }
}

/// A file to be stored.
pub(super) struct New {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) parent: String,
}

impl Ctx<'_> {
    /// Stores a file; its key.
    pub(super) fn store(&mut self, new: New) -> String {
        let New { kind, name, content, parent } = new;
        let key = kind.new_key(self.services);
        let now = self.services.now_ms();
        let stored = Stored {
            kind,
            name,
            content,
            parent,
            owner: Owner::of(self),
            created_ms: now,
            modified_ms: now,
            serial: self.services.ids.serial(),
            version: 1,
        };
        self.files.by_key.insert(key.clone(), stored);
        key
    }
}
