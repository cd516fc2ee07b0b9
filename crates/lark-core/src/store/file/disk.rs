//! Files and locks, blocking.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::{format, name};
use crate::store::{StoreEntry, StoreError};
use crate::util::sync_directory;

/// The lock that every change takes. No key has this name, see [`name::stem`].
const WRITING: &str = "%writing.lock";

/// A directory of entries. All methods block.
pub(super) struct Disk {
    directory: PathBuf,
}

impl Disk {
    pub(super) fn open(directory: PathBuf) -> Result<Self, StoreError> {
        let reject = |what: &str, error: io::Error| {
            let directory = directory.display();
            Err(StoreError::new(format!("token directory {directory}: {what}")).with_source(error))
        };
        if let Err(error) = private_directory(&directory) {
            return reject("cannot be made", error);
        }
        // Checked now rather than with the first token to be stored.
        if let Err(error) = lock_file(&directory.join(WRITING)) {
            return reject("cannot be written to", error);
        }
        warn_if_shared(&directory);
        Ok(Self { directory })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Prevents all others, in this and other processes, from changing entries until it is dropped.
    /// `None` while another does so.
    pub(super) fn try_writing(&self) -> Result<Option<File>, StoreError> {
        try_lock_file(&self.directory.join(WRITING))
    }

    /// The lock of a key.
    pub(super) const LOCK: &str = "lock";
    /// The place of the next holder of the lock.
    pub(super) const PLACE: &str = "next";

    /// The lock of `key` with this suffix, if it is free. It does not prevent changes of the entry.
    pub(super) fn try_lock(&self, key: &str, ending: &str) -> Result<Option<File>, StoreError> {
        try_lock_file(&self.path(key, ending))
    }

    pub(super) fn read(&self, key: &str) -> Result<Option<StoreEntry>, StoreError> {
        let path = self.path(key, "json");
        match fs::read(&path) {
            Ok(content) => format::decode(key, &content)
                .map(Some)
                .map_err(|why| StoreError::new(format!("token file {}: {why}", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file_error(&path, "cannot be read", error)),
        }
    }

    /// Only while [`try_writing`](Self::try_writing) holds.
    pub(super) fn write(&self, key: &str, entry: &StoreEntry) -> Result<(), StoreError> {
        let path = self.path(key, "json");
        // A file with this name is left from a crash: there is only one writer.
        let new = self.path(key, "new");
        let content = format::encode(key, entry);
        let written = || {
            let mut file = private_file(&new)?;
            file.write_all(content.as_bytes())?;
            file.sync_all()?;
            drop(file);
            fs::rename(&new, &path)?;
            sync_directory(&self.directory)
        };
        written().map_err(|error| file_error(&path, "cannot be written", error))
    }

    /// Only while [`try_writing`](Self::try_writing) holds.
    pub(super) fn remove(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key, "json");
        let removed = match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            removed => removed.and_then(|()| sync_directory(&self.directory)),
        };
        removed.map_err(|error| file_error(&path, "cannot be removed", error))
    }

    fn path(&self, key: &str, ending: &str) -> PathBuf {
        self.directory.join(format!("{}.{ending}", name::stem(key)))
    }
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Others who may write to the directory can remove entries and put their own in their place. That is no
/// error, because volumes of containers are made so.
#[cfg(unix)]
fn warn_if_shared(directory: &Path) {
    const OTHERS_WRITE: u32 = 0o002;
    let Ok(metadata) = fs::metadata(directory) else { return };
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    if mode & OTHERS_WRITE != 0 {
        let directory = directory.display();
        let mode = format!("{:o}", mode & 0o7777);
        tracing::warn!(%directory, mode, "every user can replace the tokens in this directory");
    }
}

#[cfg(not(unix))]
fn warn_if_shared(_: &Path) {}

/// An empty file that only its owner can read.
fn private_file(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    owner_only().write(true).create_new(true).open(path)
}

/// Lock files are kept: removing one would let two processes hold two locks with one name.
fn lock_file(path: &Path) -> io::Result<File> {
    owner_only().write(true).create(true).truncate(false).open(path)
}

fn try_lock_file(path: &Path) -> Result<Option<File>, StoreError> {
    let failed = |error| file_error(path, "cannot be locked", error);
    let file = lock_file(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.to_owned()
}

/// `token file /var/lib/bot/x.json: cannot be read: permission denied`
fn file_error(path: &std::path::Path, what: &str, error: io::Error) -> StoreError {
    StoreError::new(format!("token file {}: {what}", path.display())).with_source(error)
}
