//! Keeps the write-ahead log short.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lark_core::StoreError;
use rusqlite::Connection;

use crate::disk::log_of;
use crate::error::store_error;
use crate::open::connect;

/// Longer than what SQLite writes between two checkpoints of its own, by far.
const LONG: u64 = 128 << 20;
/// The pause after an attempt to begin it anew, and after many that failed: while a process is stopped that
/// reads, none succeeds.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For so long readers are waited for, while nobody can write.
const PATIENCE: Duration = Duration::from_millis(30);
/// An attempt waits for the readers that it has seen at its begin. Others may have taken their places meanwhile, who
/// are in nobody's way, so the next one is made at once.
const ATTEMPTS: u32 = 4;

/// The log. SQLite begins it anew when all of it is in the file, and nobody reads it. Where several processes are
/// busy, there is always one who reads: it would grow for as long as that lasts, by gigabytes in a minute, and
/// hold everybody up for seconds when it is cut off at last.
pub(crate) struct Log {
    path: PathBuf,
    /// Its own, which does not wait long: a process that is stopped while it reads must not hold up all others.
    connection: Connection,
    next: Instant,
    pause: Duration,
}

impl Log {
    pub(crate) fn new(inbox: &Path) -> Result<Self, StoreError> {
        let connection = connect(inbox)?;
        let failed = |error| store_error(inbox, error);
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        Ok(Self { path: log_of(inbox), connection, next: Instant::now(), pause: PAUSE })
    }

    /// Has the log begun anew if it is long, between two transactions.
    pub(crate) fn shorten(&mut self) {
        let now = Instant::now();
        if now < self.next || fs::metadata(&self.path).is_ok_and(|it| it.len() <= LONG) {
            return;
        }
        // The first one moves nearly all, while others write; the second one has them wait for the rest. If it
        // fails, because somebody reads or writes for longer, another time will do.
        let checkpoint = |mode: &str| {
            let sql = format!("PRAGMA wal_checkpoint({mode})");
            self.connection.query_row(&sql, (), |row| row.get::<_, bool>(0))
        };
        let has_failed = checkpoint("PASSIVE").is_err()
            || (0..ATTEMPTS).all(|_| checkpoint("TRUNCATE").unwrap_or(true));
        self.pause = if has_failed { (self.pause * 2).min(LONGEST_PAUSE) } else { PAUSE };
        self.next = Instant::now() + self.pause;
    }
}
