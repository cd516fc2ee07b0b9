//! The end of a stream, as it grows.

use std::collections::HashMap;
use std::time::Duration;

use crate::client::{Command, Failure, FromReply};
use crate::connection::Redis;
use crate::lease::millis;
use crate::route::Link;

/// How long Redis waits for an entry.
const BLOCK: Duration = Duration::from_secs(5);
/// A connection that gives no answer for so much longer is dead.
const GRACE: Duration = Duration::from_millis(1500);
/// Most entries at once.
const ENTRIES: usize = 100;

/// Reads what is added to a stream, on a connection of its own.
pub(crate) struct Tail {
    link: Link,
    stream: String,
    /// The id of the last entry.
    last: String,
}

/// An entry: its id and its fields.
type Entry<T> = (String, HashMap<String, T>);

impl Tail {
    /// From the end of the stream on.
    pub(crate) async fn begin(redis: &Redis, stream: String) -> Result<Self, Failure> {
        let link = redis.waiting_link(BLOCK + GRACE).await?;
        let newest = Command::new("XREVRANGE").arg(&stream).arg("+").arg("-").arg("COUNT").arg(1);
        let newest: Vec<(String, Vec<String>)> = newest.query(&link.connection).await?;
        let last = newest.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id);
        Ok(Self { link, stream, last })
    }

    /// The fields of the next entries; none if there were none for 5 s.
    pub(crate) async fn next<T: FromReply>(&mut self) -> Result<Vec<HashMap<String, T>>, Failure> {
        let read = Command::new("XREAD").arg("COUNT").arg(ENTRIES).arg("BLOCK").arg(millis(BLOCK));
        let read = read.arg("STREAMS").arg(&self.stream).arg(&self.last);
        let read: Option<Vec<(String, Vec<Entry<T>>)>> = read.query(&self.link.connection).await?;
        let entries = read.into_iter().flatten().flat_map(|(_, entries)| entries);
        let (ids, fields): (Vec<_>, Vec<_>) = entries.unzip();
        self.last = ids.into_iter().next_back().unwrap_or_else(|| std::mem::take(&mut self.last));
        Ok(fields)
    }
}
