//! Which process has which partition.

use std::sync::Arc;
use std::time::Duration;

use lark_core::inbox::{Beat, Lease};
use rusqlite::{Connection, Error, params};

use crate::file::millis;

/// Whether a lease was not taken over since.
pub(crate) fn is_valid(connection: &Connection, lease: &Lease) -> Result<bool, Error> {
    let mut statement =
        connection.prepare("SELECT 1 FROM part WHERE part = ?1 AND epoch = ?2 AND owner = ?3")?;
    statement.exists(params![lease.partition, epoch(lease), &*lease.owner])
}

/// SQLite has no numbers without a sign.
fn epoch(lease: &Lease) -> i64 {
    i64::try_from(lease.epoch).unwrap_or(-1)
}

pub(crate) fn beat(
    connection: &Connection,
    now: i64,
    owner: &str,
    leases: &[Lease],
    ttl: Duration,
) -> Result<Beat, Error> {
    let until = now.saturating_add(millis(ttl));
    // Who claims more died under a clock that was put back since; who lives claims as much again.
    for table in ["process", "part"] {
        let sql = format!("UPDATE {table} SET until = ?1 WHERE until > ?1");
        connection.execute(&sql, [until])?;
    }
    connection.execute("DELETE FROM process WHERE until <= ?1", [now])?;
    connection.execute(
        "INSERT INTO process (owner, until) VALUES (?1, ?2)
         ON CONFLICT (owner) DO UPDATE SET until = excluded.until",
        params![owner, until],
    )?;
    let mut renew = connection
        .prepare("UPDATE part SET until = ?4 WHERE part = ?1 AND epoch = ?2 AND owner = ?3")?;
    let mut lost = Vec::new();
    for lease in leases {
        if renew.execute(params![lease.partition, epoch(lease), &*lease.owner, until])? == 0 {
            lost.push(lease.partition);
        }
    }
    let processes = connection.query_row("SELECT count(*) FROM process", (), |row| row.get(0))?;
    let mut free = connection
        .prepare("SELECT part FROM part WHERE owner IS NULL OR until <= ?1 ORDER BY part")?;
    let free = free.query_map([now], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Beat { processes, lost, free })
}

pub(crate) fn acquire(
    connection: &Connection,
    now: i64,
    owner: &str,
    partition: u32,
    ttl: Duration,
) -> Result<Option<Lease>, Error> {
    let until = now.saturating_add(millis(ttl));
    let mut acquire = connection.prepare(
        "UPDATE part SET owner = ?2, until = ?4, epoch = epoch + 1
         WHERE part = ?1 AND (owner IS NULL OR owner = ?2 OR until <= ?3) RETURNING epoch",
    )?;
    let mut rows = acquire.query(params![partition, owner, now, until])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let epoch: i64 = row.get(0)?;
    let epoch = u64::try_from(epoch).unwrap_or_default();
    // The statement ends with its last row.
    while rows.next()?.is_some() {}
    Ok(Some(Lease { partition, owner: Arc::from(owner), epoch }))
}

pub(crate) fn release(connection: &Connection, lease: &Lease) -> Result<(), Error> {
    connection.execute(
        "UPDATE part SET owner = NULL, until = 0 WHERE part = ?1 AND epoch = ?2 AND owner = ?3",
        params![lease.partition, epoch(lease), &*lease.owner],
    )?;
    Ok(())
}

pub(crate) fn leave(connection: &Connection, owner: &str) -> Result<(), Error> {
    connection.execute("UPDATE part SET owner = NULL, until = 0 WHERE owner = ?1", [owner])?;
    connection.execute("DELETE FROM process WHERE owner = ?1", [owner])?;
    Ok(())
}
