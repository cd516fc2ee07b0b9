//! The time of an inbox, which no jump of the machine's clock changes.
//!
//! It goes on as fast as the monotonic clocks of the processes that have the inbox open: each adds what its own
//! says to what the file has, and the file has what the furthest has written. So it is the same for all of
//! them, whatever the clock of the wall does. How long nobody had it open is what the system's time since its
//! start says, and after a restart of the system the clock of the wall.

use std::fs;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Error, OptionalExtension as _, params};

use crate::file::millis;

/// One row. Times are milliseconds: `time` that of the inbox, `wall` since 1970 and `uptime` since the start
/// of the system with the id `boot`, at that moment.
pub(crate) const CLOCK: &str = "
    CREATE TABLE clock (
        id INTEGER PRIMARY KEY CHECK (id = 0), time INTEGER NOT NULL, wall INTEGER NOT NULL, boot TEXT,
        uptime INTEGER NOT NULL
    ) STRICT
";
/// The file is told the time so often at most.
const STEP: i64 = 100;

/// The clocks of a machine.
#[doc(hidden)]
pub trait Clocks: Send + Sync + 'static {
    /// The clock of the wall.
    fn wall(&self) -> SystemTime;
    /// The time since any moment, the same one as long as the process runs.
    fn monotonic(&self) -> Duration;
    /// The id of the system's last start, and the time since then.
    fn uptime(&self) -> Option<(String, Duration)>;
}

/// This machine.
pub(crate) struct Machine(Instant);

impl Default for Machine {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clocks for Machine {
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    /// On Linux. Elsewhere what the clock of the wall says is believed.
    fn uptime(&self) -> Option<(String, Duration)> {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        Some((boot.trim().to_owned(), Duration::try_from_secs_f64(seconds).ok()?))
    }
}

/// The time of an inbox, in milliseconds; about those since 1970 when it was made.
pub(crate) struct Clock {
    clocks: Box<dyn Clocks>,
    /// What it was, and when.
    known: Mutex<(i64, Duration)>,
}

/// What the file knows.
struct Row {
    time: i64,
    wall: i64,
    boot: Option<String>,
    uptime: i64,
}

impl Clock {
    pub(crate) fn new(clocks: impl Clocks) -> Self {
        Self { clocks: Box::new(clocks), known: Mutex::default() }
    }

    /// What it is now.
    pub(crate) fn now(&self) -> i64 {
        let (time, when) = *self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        time.saturating_add(millis(self.clocks.monotonic().saturating_sub(when)))
    }

    /// What it was when the clock of the wall showed this.
    pub(crate) fn at(&self, wall: SystemTime) -> i64 {
        self.now().saturating_add(since_1970(wall)).saturating_sub(since_1970(self.clocks.wall()))
    }

    /// What it would be now if it were started. `None`: the file does not know.
    pub(crate) fn look(&self, connection: &Connection) -> Result<Option<i64>, Error> {
        let row = connection
            .query_row("SELECT time, wall, boot, uptime FROM clock", (), |row| {
                let (time, wall, boot) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Row { time, wall, boot, uptime: row.get(3)? })
            })
            .optional()?;
        let Some(Row { time, wall, boot, uptime }) = row else { return Ok(None) };
        let by_wall = since_1970(self.clocks.wall()).saturating_sub(wall);
        let elapsed = match self.clocks.uptime() {
            Some((id, since)) if boot.as_ref() == Some(&id) => {
                let by_uptime = millis(since).saturating_sub(uptime);
                // Without a jump, the clock of the wall is the more exact one.
                let is_jump = by_wall.saturating_sub(by_uptime).saturating_abs() >= STEP;
                if is_jump { by_uptime } else { by_wall }
            }
            _ => by_wall,
        };
        Ok(Some(time.saturating_add(elapsed.max(0))))
    }

    /// Starts with what the file knows.
    pub(crate) fn start(&self, connection: &Connection) -> Result<(), Error> {
        let now = self.look(connection)?;
        self.set(now.unwrap_or_else(|| since_1970(self.clocks.wall())));
        Ok(())
    }

    /// Tells a file that knows none what it is.
    pub(crate) fn begin(&self, connection: &Connection) -> Result<(), Error> {
        self.start(connection)?;
        self.write(connection, self.now())
    }

    /// What it is now, within a transaction that writes.
    pub(crate) fn tick(&self, connection: &Connection) -> Result<i64, Error> {
        let sql = "SELECT time, wall FROM clock";
        let (time, wall): (i64, i64) =
            connection.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let now = self.now().max(time);
        self.set(now);
        // A jump is told at once, so that who starts now is not misled by it.
        let jump = since_1970(self.clocks.wall()).saturating_sub(wall).saturating_sub(now - time);
        if now - time >= STEP || jump.saturating_abs() >= STEP {
            self.write(connection, now)?;
        }
        Ok(now)
    }

    fn set(&self, now: i64) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *known = (now, self.clocks.monotonic());
    }

    fn write(&self, connection: &Connection, now: i64) -> Result<(), Error> {
        let wall = since_1970(self.clocks.wall());
        let (boot, uptime) = self.clocks.uptime().unzip();
        connection.execute(
            "INSERT OR REPLACE INTO clock (id, time, wall, boot, uptime) VALUES (0, ?1, ?2, ?3, ?4)",
            params![now, wall, boot, millis(uptime.unwrap_or_default())],
        )?;
        Ok(())
    }
}

fn since_1970(time: SystemTime) -> i64 {
    millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}
