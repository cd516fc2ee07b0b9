//! Hears of what other processes store.

use std::collections::HashMap;
use std::time::Duration;

use crate::client::{Command, Failure};
use crate::connection::Redis;
use crate::lease::millis;

/// How long Redis waits for a notice.
const BLOCK: Duration = Duration::from_secs(5);
/// A connection that gives no answer for so much longer is dead.
const GRACE: Duration = Duration::from_millis(1500);
/// Most notices at once.
const NOTICES: usize = 100;

/// An entry of a stream: its id and its fields.
type Entry = (String, HashMap<String, u32>);

/// Reads the stream until the connection ends, on a connection of its own.
pub(super) async fn hear_all(
    redis: &Redis,
    stream: &str,
    hear: &(dyn Fn(&[u32]) + Send + Sync),
) -> Result<(), Failure> {
    let link = redis.waiting_link(BLOCK + GRACE).await?;
    let newest = Command::new("XREVRANGE").arg(stream).arg("+").arg("-").arg("COUNT").arg(1);
    let newest: Vec<Entry> = newest.query(&link.connection).await?;
    let mut last = newest.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id);
    hear(&[]);
    loop {
        let read = Command::new("XREAD").arg("COUNT").arg(NOTICES).arg("BLOCK");
        let read = read.arg(millis(BLOCK)).arg("STREAMS").arg(stream).arg(&last);
        let read: Option<Vec<(String, Vec<Entry>)>> = read.query(&link.connection).await?;
        let entries = read.into_iter().flatten().flat_map(|(_, entries)| entries);
        let mut partitions = Vec::new();
        for (id, fields) in entries {
            last = id;
            partitions.extend(fields.get("p"));
        }
        hear(&partitions);
    }
}
