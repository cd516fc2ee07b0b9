//! Removes what need not be kept.

use lark_core::inbox::Limits;
use rusqlite::{Connection, Error, params};

use crate::file::millis;
use crate::read::used_bytes;

/// Most events that are removed at once.
const EVENTS: usize = 500;
/// The same for keys.
const KEYS: usize = 1000;

/// What can be removed.
pub(crate) struct Waste {
    partition: u32,
    events: Vec<i64>,
    /// All keys up to this one.
    keys: Option<i64>,
    /// Keys from later stay: one may have the number of a key that is gone.
    oldest_key: i64,
    /// Whether there may be more.
    pub(crate) has_more: bool,
}

impl Waste {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.keys.is_none()
    }
}

/// Looks for handled events of a partition that are too old or too many, and for old keys.
pub(crate) fn find(
    connection: &Connection,
    now: i64,
    partition: u32,
    limits: &Limits,
) -> Result<Waste, Error> {
    let is_too_much = used_bytes(connection)? > limits.keep_bytes;
    let mut statement = connection.prepare(
        "SELECT seq, stored FROM event WHERE part = ?1 AND state = 1 ORDER BY seq LIMIT ?2",
    )?;
    let oldest = now.saturating_sub(millis(limits.keep));
    let mut events = Vec::new();
    let rows = statement.query_map(params![partition, EVENTS as i64], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    for row in rows {
        let (seq, stored) = row?;
        if is_too_much || stored <= oldest {
            events.push(seq);
        }
    }
    let (mut keys, mut key_count) = (None, 0);
    let oldest_key = now.saturating_sub(millis(limits.remember));
    // Keys belong to no partition. One of them is as good as another.
    if partition == 0 {
        let mut statement = connection.prepare("SELECT id, at FROM seen ORDER BY id LIMIT ?1")?;
        let rows = statement
            .query_map([KEYS as i64], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        for row in rows {
            let (id, at) = row?;
            if at > oldest_key {
                break;
            }
            (keys, key_count) = (Some(id), key_count + 1);
        }
    }
    let has_more = events.len() >= EVENTS || key_count >= KEYS;
    Ok(Waste { partition, events, keys, oldest_key, has_more })
}

pub(crate) fn remove(connection: &Connection, waste: &Waste) -> Result<(), Error> {
    let mut statement = connection.prepare("DELETE FROM event WHERE seq = ?1 AND state = 1")?;
    let mut removed = 0;
    for seq in &waste.events {
        removed += statement.execute([seq])?;
    }
    connection.execute(
        "UPDATE part SET done = done - ?2 WHERE part = ?1",
        params![waste.partition, i64::try_from(removed).unwrap_or(i64::MAX)],
    )?;
    if let Some(id) = waste.keys {
        let sql = "DELETE FROM seen WHERE id <= ?1 AND at <= ?2";
        connection.execute(sql, [id, waste.oldest_key])?;
    }
    Ok(())
}
