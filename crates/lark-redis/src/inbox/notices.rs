//! Hears of what other processes store.

use crate::client::Failure;
use crate::connection::Redis;
use crate::tail::Tail;

/// Reads the stream until the connection ends.
pub(super) async fn hear_all(
    redis: &Redis,
    stream: String,
    hear: &(dyn Fn(&[u32]) + Send + Sync),
) -> Result<(), Failure> {
    let mut notices = Tail::begin(redis, stream).await?;
    hear(&[]);
    loop {
        let notices = notices.next::<u32>().await?;
        let partitions: Vec<u32> = notices.iter().filter_map(|it| it.get("p")).copied().collect();
        hear(&partitions);
    }
}
