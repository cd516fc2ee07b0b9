//! Handled events are handled once more.

use rusqlite::{Connection, Error, params};

/// Puts the handled events that were stored since `from` at the ends of their partitions.
pub(crate) fn replay(connection: &Connection, from: i64) -> Result<u64, Error> {
    let last: i64 =
        connection.query_row("SELECT ifnull(max(seq), 0) FROM event", (), |row| row.get(0))?;
    let moved = connection.execute(
        "INSERT INTO event (part, stored, ordering_key, event_id, event_type, body, reception)
         SELECT part, stored, ordering_key, event_id, event_type, body, reception FROM event
         WHERE state = 1 AND stored >= ?1 ORDER BY seq",
        [from],
    )?;
    connection.execute(
        "UPDATE part SET waiting = waiting + counted.number, done = done - counted.number
         FROM (SELECT part AS of, count(*) AS number FROM event
               WHERE state = 1 AND stored >= ?1 AND seq <= ?2 GROUP BY part) AS counted
         WHERE part.part = counted.of",
        params![from, last],
    )?;
    connection.execute(
        "DELETE FROM event WHERE state = 1 AND stored >= ?1 AND seq <= ?2",
        params![from, last],
    )?;
    Ok(u64::try_from(moved).unwrap_or(u64::MAX))
}
