//! Events that wait are read.

use std::time::Duration;

use lark_core::inbox::{Gauges, Lease, Position, StoredEvent};
use rusqlite::{Connection, Error, Row, params};

use crate::lease::is_valid;

/// The columns of an event that waits, for [`stored`].
pub(crate) const COLUMNS: &str =
    "seq, ordering_key, event_id, event_type, body, attempts, due, stored, reception";

/// Most events that are read because they were begun.
const BEGUN: usize = 500;

/// A row of [`COLUMNS`].
pub(crate) fn stored(row: &Row<'_>, now: i64) -> Result<StoredEvent, Error> {
    let (seq, due, stored): (u64, i64, i64) = (row.get(0)?, row.get(6)?, row.get(7)?);
    let body: Vec<u8> = row.get(4)?;
    Ok(StoredEvent {
        position: Position(u128::from(seq)),
        ordering_key: row.get(1)?,
        event_id: row.get(2)?,
        event_type: row.get(3)?,
        body: body.into(),
        attempts: row.get(5)?,
        wait: between(now, due),
        age: between(stored, now),
        reception: row.get(8)?,
    })
}

/// From one moment to a later one.
fn between(from: i64, to: i64) -> Duration {
    Duration::from_millis(u64::try_from(to.saturating_sub(from)).unwrap_or(0))
}

/// A position as a number of SQLite.
pub(crate) fn seq(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

pub(crate) fn read(
    connection: &Connection,
    now: i64,
    lease: &Lease,
    after: Position,
    limit: usize,
) -> Result<Option<Vec<StoredEvent>>, Error> {
    if !is_valid(connection, lease)? {
        return Ok(None);
    }
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM event WHERE part = ?1 AND seq > ?2 AND state = 0 ORDER BY seq LIMIT ?3"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map(params![lease.partition, seq(after), limit], |row| stored(row, now))?
        .collect::<Result<_, _>>()?;
    Ok(Some(rows))
}

/// Those whose handling has begun and not ended. An index has them, so that the backlog is not looked through.
pub(crate) fn begun(
    connection: &Connection,
    now: i64,
    lease: &Lease,
) -> Result<Option<Vec<StoredEvent>>, Error> {
    if !is_valid(connection, lease)? {
        return Ok(None);
    }
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM event INDEXED BY event_begun
         WHERE part = ?1 AND state = 0 AND attempts > 0 AND reason IS NULL ORDER BY seq LIMIT {BEGUN}"
    ))?;
    let rows = statement.query_map([lease.partition], |row| stored(row, now))?;
    rows.collect::<Result<_, _>>().map(Some)
}

pub(crate) fn load(
    connection: &Connection,
    now: i64,
    lease: &Lease,
    positions: &[Position],
) -> Result<Option<Vec<StoredEvent>>, Error> {
    if !is_valid(connection, lease)? {
        return Ok(None);
    }
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM event WHERE seq = ?1 AND part = ?2 AND state = 0"
    ))?;
    let mut events = Vec::new();
    for position in positions {
        let found = statement
            .query_map(params![seq(*position), lease.partition], |row| stored(row, now))?
            .next()
            .transpose()?;
        events.extend(found);
    }
    Ok(Some(events))
}

/// The partitions with an event behind the position, and those with one whose delay is over.
pub(crate) fn news(
    connection: &Connection,
    now: i64,
    read: &[(u32, Position)],
) -> Result<(Vec<u32>, Vec<u32>), Error> {
    let mut newer = connection
        .prepare("SELECT 1 FROM event WHERE part = ?1 AND seq > ?2 AND state = 0 LIMIT 1")?;
    let mut is_due =
        connection.prepare("SELECT 1 FROM delayed WHERE part = ?1 AND due <= ?2 LIMIT 1")?;
    let (mut news, mut due) = (Vec::new(), Vec::new());
    for (part, position) in read {
        if newer.exists(params![part, seq(*position)])? {
            news.push(*part);
        }
        if is_due.exists(params![part, now])? {
            due.push(*part);
        }
    }
    Ok((news, due))
}

pub(crate) fn gauges(connection: &Connection, now: i64) -> Result<Gauges, Error> {
    let mut gauges = Gauges::default();
    let mut parts = connection.prepare("SELECT waiting, done FROM part ORDER BY part")?;
    let rows = parts.query_map((), |row| Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?)))?;
    for row in rows {
        let (waiting, done) = row?;
        gauges.waiting += waiting;
        gauges.kept += done;
        gauges.lag.push(waiting);
    }
    let mut first = connection
        .prepare("SELECT stored FROM event WHERE part = ?1 AND state = 0 ORDER BY seq LIMIT 1")?;
    for part in 0..gauges.lag.len() {
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        let oldest = first.query_map([part], |row| row.get(0))?.next().transpose()?;
        let age = oldest.map_or(Duration::ZERO, |stored| between(stored, now));
        gauges.oldest = gauges.oldest.max(age);
    }
    let count = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, u64>(0));
    gauges.delayed = count("SELECT count(*) FROM delayed")?;
    gauges.dead = count("SELECT count(*) FROM event WHERE state = 2")?;
    gauges.bytes = used_bytes(connection)?;
    Ok(gauges)
}

/// Bytes of the file that are in use. It does not shrink, but what is free is used again.
pub(crate) fn used_bytes(connection: &Connection) -> Result<u64, Error> {
    let number = |name: &str| {
        connection.query_row(&format!("PRAGMA {name}"), (), |row| row.get::<_, u64>(0))
    };
    Ok(number("page_count")?.saturating_sub(number("freelist_count")?) * number("page_size")?)
}
