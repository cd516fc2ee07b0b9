//! Events that were set aside.

use lark_core::inbox::DeadLetter;
use rusqlite::{Connection, Error, params};

use crate::read::{COLUMNS, stored};

pub(crate) fn list(
    connection: &Connection,
    now: i64,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<DeadLetter>, Error> {
    let after: i64 = after.and_then(|id| id.parse().ok()).unwrap_or(0);
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS}, reason FROM event WHERE state = 2 AND seq > ?1 ORDER BY seq LIMIT ?2"
    ))?;
    let rows =
        statement.query_map(params![after, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            let reason: Option<String> = row.get(9)?;
            let event = stored(row, now)?;
            Ok(DeadLetter::new(event.position.0.to_string(), reason.unwrap_or_default(), event))
        })?;
    rows.collect()
}

/// Puts one at the end of its partition.
pub(crate) fn retry(connection: &Connection, id: &str) -> Result<bool, Error> {
    let Ok(seq) = id.parse::<i64>() else { return Ok(false) };
    let inserted = connection.execute(
        "INSERT INTO event (part, stored, ordering_key, event_id, event_type, body, reception)
         SELECT part, stored, ordering_key, event_id, event_type, body, reception FROM event
         WHERE seq = ?1 AND state = 2",
        [seq],
    )?;
    if inserted == 0 {
        return Ok(false);
    }
    connection.execute(
        "UPDATE part SET waiting = waiting + 1
         WHERE part = (SELECT part FROM event WHERE seq = ?1)",
        [seq],
    )?;
    connection.execute("DELETE FROM event WHERE seq = ?1", [seq])?;
    Ok(true)
}

pub(crate) fn discard(connection: &Connection, id: &str) -> Result<bool, Error> {
    let Ok(seq) = id.parse::<i64>() else { return Ok(false) };
    Ok(connection.execute("DELETE FROM event WHERE seq = ?1 AND state = 2", [seq])? > 0)
}
