//! Events come in.

use lark_core::inbox::{Appended, Limits, NewEvent};
use rusqlite::{Connection, Error, Statement, params};

use crate::file::millis;

/// Stores those that are new. `limits` has the capacity.
pub(crate) fn append(
    connection: &Connection,
    now: i64,
    events: &[NewEvent],
    limits: &Limits,
) -> Result<Vec<Appended>, Error> {
    let mut waiting: u64 =
        connection.query_row("SELECT sum(waiting) FROM part", (), |row| row.get(0))?;
    let mut statements = Statements::prepare(connection)?;
    let mut appended = Vec::with_capacity(events.len());
    for event in events {
        appended.push(if statements.is_known(event)? {
            Appended::Known
        } else if waiting >= limits.capacity {
            Appended::Full
        } else {
            statements.insert(event, now)?;
            waiting += u64::from(event.delay.is_none());
            Appended::Stored
        });
    }
    Ok(appended)
}

/// Each is compiled once for all events of a call.
struct Statements<'a> {
    is_known: Statement<'a>,
    remember: Statement<'a>,
    insert: Statement<'a>,
    delay: Statement<'a>,
    count: Statement<'a>,
}

impl<'a> Statements<'a> {
    fn prepare(connection: &'a Connection) -> Result<Self, Error> {
        Ok(Self {
            is_known: connection.prepare("SELECT 1 FROM seen WHERE key = ?1")?,
            remember: connection.prepare("INSERT INTO seen (key, at) VALUES (?1, ?2)")?,
            insert: connection.prepare(
                "INSERT INTO event (part, stored, ordering_key, event_id, event_type, body, reception)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            delay: connection.prepare(
                "INSERT INTO delayed (part, stored, ordering_key, event_id, event_type, body, reception,
                 due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            count: connection.prepare("UPDATE part SET waiting = waiting + 1 WHERE part = ?1")?,
        })
    }

    fn is_known(&mut self, event: &NewEvent) -> Result<bool, Error> {
        for key in &event.keys {
            if self.is_known.exists([key])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn insert(&mut self, event: &NewEvent, now: i64) -> Result<(), Error> {
        for key in &event.keys {
            self.remember.execute(params![key, now])?;
        }
        let NewEvent { partition, ordering_key, event_id, event_type, body, delay, .. } = event;
        let reception = &event.reception;
        let body: &[u8] = body;
        match delay {
            None => {
                self.insert.execute(params![
                    partition,
                    now,
                    ordering_key,
                    event_id,
                    event_type,
                    body,
                    reception
                ])?;
                self.count.execute([partition])?;
            }
            Some(delay) => {
                let due = now.saturating_add(millis(*delay));
                self.delay.execute(params![
                    partition,
                    now,
                    ordering_key,
                    event_id,
                    event_type,
                    body,
                    reception,
                    due
                ])?;
            }
        }
        Ok(())
    }
}

/// Puts the delayed events of a partition whose time has come at its end.
pub(crate) fn bring_due(connection: &Connection, now: i64, part: u32) -> Result<(), Error> {
    let moved = connection.execute(
        "INSERT INTO event (part, stored, ordering_key, event_id, event_type, body, reception)
         SELECT part, due, ordering_key, event_id, event_type, body, reception FROM delayed
         WHERE part = ?1 AND due <= ?2 ORDER BY due, id",
        params![part, now],
    )?;
    connection.execute("DELETE FROM delayed WHERE part = ?1 AND due <= ?2", params![part, now])?;
    connection.execute(
        "UPDATE part SET waiting = waiting + ?2 WHERE part = ?1",
        params![part, i64::try_from(moved).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}
