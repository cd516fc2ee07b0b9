//! Failures of files on this machine.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that could not be read or written: its path, or its name if it has no path.
#[derive(Clone, Debug)]
pub(crate) struct FileError {
    action: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) error: Arc<io::Error>,
}

impl FileError {
    /// A file to be sent.
    pub(crate) fn reading(path: &Path, error: io::Error) -> Self {
        Self { action: "send", path: path.to_owned(), error: Arc::new(error) }
    }

    /// A file to be saved.
    pub(crate) fn writing(path: &Path, error: io::Error) -> Self {
        Self { action: "write", path: path.to_owned(), error: Arc::new(error) }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, path, error } = self;
        let full = match error.kind() {
            io::ErrorKind::StorageFull => "the disk is full: ",
            io::ErrorKind::QuotaExceeded => "the disk quota is used up: ",
            _ => "",
        };
        // Quoted, because a name may contain a line break.
        write!(f, "{full}cannot {action} {path:?}: {error}")
    }
}
