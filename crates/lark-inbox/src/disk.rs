//! Brings to the disk what was committed.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lark_core::StoreError;

/// The write-ahead log of an inbox, which has what was committed last.
///
/// SQLite would flush it while it locks the file: other processes that want to write would wait for this one's
/// disk, and for as long as it is stopped, if it is stopped then. So its commits do not flush, and this does,
/// before they are answered. What a checkpoint has moved meanwhile, it has flushed itself.
pub(crate) struct Disk {
    inbox: Arc<Path>,
    log: Option<File>,
    failed: Arc<OnceLock<StoreError>>,
}

impl Disk {
    pub(crate) fn new(inbox: Arc<Path>, failed: Arc<OnceLock<StoreError>>) -> Self {
        Self { inbox, log: None, failed }
    }

    /// Flushes what was committed before. After a failure nobody knows what of it is on the disk, also if the
    /// next flush succeeds, so none is tried.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        if let Some(error) = self.failed.get() {
            return Err(error.clone());
        }
        self.flush_log().map_err(|error| {
            let what = format!(
                "the inbox {}: the disk did not take what was stored; check it, and start the process again",
                self.inbox.display()
            );
            self.failed.get_or_init(|| StoreError::new(what).with_source(error)).clone()
        })
    }

    fn flush_log(&mut self) -> io::Result<()> {
        if self.log.is_none() {
            // It is there as long as a connection is. SQLite locks another file of the inbox, not this one, so
            // that closing this is no danger.
            self.log = Some(OpenOptions::new().write(true).open(log_of(&self.inbox))?);
        }
        self.log.as_ref().map_or(Ok(()), File::sync_data)
    }
}

pub(crate) fn log_of(inbox: &Path) -> PathBuf {
    let mut name = inbox.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_nothing_is_believed_to_be_on_the_disk() {
        let directory = tempfile::tempdir().expect("a directory");
        let inbox = directory.path().join("inbox");
        let failed = Arc::default();
        let mut disk = Disk::new(inbox.clone().into(), Arc::clone(&failed));
        let error = disk.flush().expect_err("there is no log").to_string();
        assert!(error.contains("start the process again"), "{error}");
        std::fs::write(log_of(&inbox), "").expect("a log");
        assert_eq!(disk.flush().expect_err("there is no log").to_string(), error);
        assert!(failed.get().is_some());
        let mut disk = Disk::new(inbox.into(), Arc::default());
        disk.flush().expect("there is a log");
    }
}
