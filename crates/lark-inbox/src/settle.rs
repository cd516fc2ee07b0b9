//! What becomes of events.

use lark_core::inbox::{Lease, Step};
use rusqlite::{Connection, Error, params};

use crate::file::millis;
use crate::lease::is_valid;
use crate::read::seq;

/// Takes the steps, unless the lease was lost.
pub(crate) fn settle(
    connection: &Connection,
    now: i64,
    lease: &Lease,
    steps: &[Step],
) -> Result<bool, Error> {
    if !is_valid(connection, lease)? {
        return Ok(false);
    }
    let mut begin = connection
        .prepare("UPDATE event SET attempts = ?2, reason = NULL WHERE seq = ?1 AND state = 0")?;
    let mut end = connection
        .prepare("UPDATE event SET state = ?2, reason = ?3 WHERE seq = ?1 AND state = 0")?;
    let mut again = connection
        .prepare("UPDATE event SET due = ?2, reason = ?3 WHERE seq = ?1 AND state = 0")?;
    let (mut done, mut dead) = (0, 0);
    for step in steps {
        match step {
            Step::Begin { position, attempt } => {
                begin.execute(params![seq(*position), attempt])?;
            }
            Step::Done { position } => {
                done += end.execute(params![seq(*position), 1, None::<&str>])?;
            }
            Step::Dead { position, reason } => {
                dead += end.execute(params![seq(*position), 2, reason])?;
            }
            Step::Retry { position, after, reason } => {
                let due = now.saturating_add(millis(*after));
                again.execute(params![seq(*position), due, reason])?;
            }
        }
    }
    if done + dead > 0 {
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        connection.execute(
            "UPDATE part SET waiting = waiting - ?2, done = done + ?3 WHERE part = ?1",
            params![lease.partition, number(done + dead), number(done)],
        )?;
    }
    Ok(true)
}
