//! Errors of SQLite, with what to do about them.

use std::path::Path;

use lark_core::StoreError;
use rusqlite::{Error, ErrorCode};

/// `error` as one of the inbox: where, what, and what helps.
pub(crate) fn store_error(path: &Path, error: Error) -> StoreError {
    let advice = error.sqlite_error_code().map_or("", advice);
    StoreError::new(format!("the inbox {}: {error}{advice}", path.display()))
        .with_source(Hidden(error))
}

/// An error whose text is in the one that it caused already.
#[derive(Debug)]
struct Hidden(Error);

impl std::fmt::Display for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.sqlite_error_code() {
            Some(code) => write!(f, "SQLite ({code:?})"),
            None => f.write_str("SQLite"),
        }
    }
}

impl std::error::Error for Hidden {}

/// What helps, beginning with a separator; empty if nothing is known to.
pub(crate) fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::DiskFull => {
            "; make room on the disk: until then events are refused, and the platform sends them again"
        }
        ErrorCode::DatabaseCorrupt => {
            "; it is damaged: stop all that use it, move it away, with its -wal and -shm, and start with a new one; \
             `sqlite3 FILE .recover` reads what is left of it"
        }
        ErrorCode::NotADatabase => "; it is not an inbox: give another path",
        ErrorCode::CannotOpen => "; check that its directory exists and may be written to",
        ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
            "; the process must be allowed to write to it and to its directory"
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            "; another process holds it for long: a backup that locks it, or one that is stopped"
        }
        ErrorCode::SystemIoFailure => {
            "; the disk fails, or it is on a network, which SQLite cannot use"
        }
        _ => "",
    }
}
