//! Opens the file, and makes it if there is none.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::{Duration, Instant};

use lark_core::StoreError;
use rusqlite::{Connection, Error, ErrorCode};

use crate::clock::{CLOCK, Clock};
use crate::error::store_error;

/// `LARK`, by which a file is known to be an inbox.
const APPLICATION: i64 = 0x4c41_524b;
/// The number of the format. A file of a higher one is not touched.
const FORMAT: i64 = 2;
/// For so long another process may hold the file.
const BUSY: Duration = Duration::from_secs(5);
/// A file of up to so many bytes is checked whenever it is opened.
const CHECKED: u64 = 16 << 20;
/// The pause between two attempts meanwhile.
const PAUSE: Duration = Duration::from_millis(1);

/// `event.state`: 0 waits, 1 is done, 2 is dead. A `seq` is never used again, because it is an event's place
/// in the order.
const SCHEMA: &str = "
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        part INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL, ordering_key TEXT NOT NULL,
        event_id TEXT NOT NULL, event_type TEXT NOT NULL, reason TEXT, body BLOB NOT NULL,
        reception TEXT
    ) STRICT;
    CREATE INDEX event_waiting ON event (part, seq) WHERE state = 0;
    CREATE INDEX event_begun ON event (part, seq) WHERE state = 0 AND attempts > 0;
    CREATE INDEX event_done ON event (part, seq) WHERE state = 1;
    CREATE INDEX event_dead ON event (seq) WHERE state = 2;
    CREATE TABLE delayed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        part INTEGER NOT NULL, due INTEGER NOT NULL, stored INTEGER NOT NULL, ordering_key TEXT NOT NULL,
        event_id TEXT NOT NULL, event_type TEXT NOT NULL, body BLOB NOT NULL, reception TEXT
    ) STRICT;
    CREATE INDEX delayed_due ON delayed (part, due);
    CREATE TABLE seen (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE part (
        part INTEGER PRIMARY KEY, owner TEXT, epoch INTEGER NOT NULL DEFAULT 0,
        until INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE process (owner TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
";
/// What format 1 did not have, as it is after [`SCHEMA`] of format 2.
const SINCE_1: &str = "
    ALTER TABLE event ADD COLUMN reception TEXT;
    ALTER TABLE delayed ADD COLUMN reception TEXT;
    CREATE INDEX event_begun ON event (part, seq) WHERE state = 0 AND attempts > 0;
";

/// Opens the inbox at `path`. Returns the number of its partitions as well, which is `partitions` if it is
/// made now.
pub(crate) fn open(
    path: &Path,
    partitions: u32,
    clock: &Clock,
) -> Result<(Connection, u32), StoreError> {
    create(path)?;
    let mut connection = connect(path)?;
    let failed = |error| store_error(path, error);
    check(&connection, path, clock)?;
    let mode = write_ahead(&connection).map_err(failed)?;
    if mode != "wal" {
        return Err(StoreError::new(format!(
            "the inbox {}: SQLite cannot have a write-ahead log there; it needs a local disk, not a network",
            path.display()
        )));
    }
    make(&mut connection, partitions, clock).map_err(failed)?;
    let count = connection.query_row("SELECT count(*) FROM part", (), |row| row.get(0));
    Ok((connection, count.map_err(failed)?))
}

/// Has the file use a write-ahead log; returns what it uses. SQLite does not wait here for another process
/// that does the same.
fn write_ahead(connection: &Connection) -> Result<String, Error> {
    let start = Instant::now();
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = wal", (), |row| row.get(0));
        let code = mode.as_ref().err().and_then(Error::sqlite_error_code);
        let is_busy = matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        if !is_busy || start.elapsed() > BUSY {
            return mode;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Makes an empty file that only its owner may read. Files beside it get the same permissions.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(_) if path.is_dir() => Err(StoreError::new(format!(
            "the inbox {} is a directory; give the path of a file in it",
            path.display()
        ))),
        // SQLite opens a file that it may only read, too, and says of one that it may not even read that it
        // cannot open it.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let writable = OpenOptions::new().append(true).open(path).map(|_| ());
            writable.map_err(|error| {
                let what = format!(
                    "the inbox {} cannot be written to; it must belong to the user of this process",
                    path.display()
                );
                StoreError::new(what).with_source(error)
            })
        }
        Err(error) => {
            let what = format!(
                "the inbox {} cannot be made; its directory must exist and may be written to",
                path.display()
            );
            Err(StoreError::new(what).with_source(error))
        }
    }
}

/// A connection to an inbox.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| store_error(path, error);
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_handler(Some(wait_for_others)).map_err(failed)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = normal; PRAGMA fullfsync = on; PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -16384",
        )
        .map_err(failed)?;
    Ok(connection)
}

/// Waits for another process that writes. SQLite's own handler waits longer each time, so that a process
/// which came late would hardly ever get its turn among busy ones.
fn wait_for_others(attempt: i32) -> bool {
    std::thread::sleep(PAUSE);
    u32::try_from(attempt).is_ok_and(|attempt| PAUSE * attempt < BUSY)
}

/// Rejects what is not an inbox, is of a newer format, or is damaged.
fn check(connection: &Connection, path: &Path, clock: &Clock) -> Result<(), StoreError> {
    let failed = |error| store_error(path, error);
    let number = |name: &str| {
        connection
            .query_row(&format!("PRAGMA {name}"), (), |row| row.get::<_, i64>(0))
            .map_err(failed)
    };
    let (application, format) = (number("application_id")?, number("user_version")?);
    // Another process may be making it: it has no tables then.
    let tables = connection.query_row("SELECT count(*) FROM sqlite_master", (), |row| row.get(0));
    let tables: i64 = tables.map_err(failed)?;
    if application != APPLICATION && (application, format, tables) != (0, 0, 0) {
        return Err(StoreError::new(format!(
            "the inbox {}: it is a database of something else; give another path",
            path.display()
        )));
    }
    if format > FORMAT {
        return Err(StoreError::new(format!(
            "the inbox {}: it has format {format}, and this release of lark-inbox knows formats up to \
             {FORMAT}; use the release that made it, or a newer one",
            path.display()
        )));
    }
    // Another process that uses it has checked it, and a file of 1 GiB takes seconds. It may also have been
    // killed just now, so what takes little time is checked anyway.
    let is_large = std::fs::metadata(path).is_ok_and(|it| it.len() > CHECKED);
    if is_large && is_in_use(connection, clock).unwrap_or(false) {
        return Ok(());
    }
    let found: String =
        connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0)).map_err(failed)?;
    if found != "ok" {
        let damaged = crate::error::advice(rusqlite::ErrorCode::DatabaseCorrupt);
        return Err(StoreError::new(format!("the inbox {}: {found}{damaged}", path.display())));
    }
    Ok(())
}

/// Whether a process has it open that has given a sign of life.
fn is_in_use(connection: &Connection, clock: &Clock) -> Result<bool, Error> {
    let Some(now) = clock.look(connection)? else { return Ok(false) };
    connection.prepare("SELECT 1 FROM process WHERE until > ?1")?.exists([now])
}

/// Makes the tables, unless another process does it at the same time, and starts the clock.
fn make(connection: &mut Connection, partitions: u32, clock: &Clock) -> Result<(), Error> {
    let is_made = |connection: &Connection| {
        connection.query_row("PRAGMA user_version", (), |row| row.get::<_, i64>(0))
    };
    // No transaction if it is made: a process that is stopped while it writes must not hold up the start.
    if is_made(connection)? == FORMAT {
        return clock.start(connection);
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let format = is_made(&transaction)?;
    if format == 0 {
        transaction.execute_batch(SCHEMA)?;
        for part in 0..partitions {
            transaction.execute("INSERT INTO part (part) VALUES (?1)", [part])?;
        }
    } else if format == 1 {
        transaction.execute_batch(SINCE_1)?;
    }
    if format != FORMAT {
        transaction.execute_batch(&format!(
            "{CLOCK}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}"
        ))?;
        clock.begin(&transaction)?;
    }
    transaction.commit()?;
    clock.start(connection)
}
