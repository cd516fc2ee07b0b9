//! What the checks of the store of an inbox share.

use std::sync::Arc;
use std::time::Duration;

use super::super::rule::Failure;
use crate::event::inbox::{Appended, Lease, Limits, NewEvent, Position, Store, StoredEvent};

/// Longer than any check.
pub(super) const LONG: Duration = Duration::from_secs(3600);
/// Ends as soon as the store looks.
pub(super) const SHORT: Duration = Duration::from_millis(1);

pub(super) fn limits() -> Limits {
    Limits { capacity: 1000, remember: LONG, keep: LONG, keep_bytes: 1 << 30 }
}

/// An event of partition 1.
pub(super) fn event(id: &str) -> NewEvent {
    NewEvent {
        partition: 1,
        ordering_key: "chat".to_owned(),
        keys: vec![id.to_owned()],
        event_id: id.to_owned(),
        event_type: "t".to_owned(),
        body: format!(r#"{{"n":"{id}"}}"#).into(),
        delay: None,
        reception: None,
    }
}

pub(super) async fn append(store: &dyn Store, ids: &[&str]) -> Result<Vec<Appended>, Failure> {
    let events: Vec<NewEvent> = ids.iter().map(|id| event(id)).collect();
    Ok(store.append(&events, &limits()).await?)
}

/// A lease of partition 1.
pub(super) async fn acquire(
    store: &dyn Store,
    owner: &str,
    ttl: Duration,
) -> Result<Lease, Failure> {
    let lease = store.acquire(owner, 1, ttl).await?;
    lease.ok_or_else(|| Failure::broken(format!("{owner} does not get a partition that is free")))
}

/// All events of partition 1 that wait.
pub(super) async fn read(store: &dyn Store, lease: &Lease) -> Result<Vec<StoredEvent>, Failure> {
    let read = store.read(lease, Position::default(), 1000).await?;
    read.ok_or_else(|| Failure::broken("a lease that nobody took over was lost"))
}

pub(super) async fn ids(store: &dyn Store, lease: &Lease) -> Result<Vec<String>, Failure> {
    Ok(read(store, lease).await?.into_iter().map(|event| event.event_id).collect())
}

/// Acquires partition 1 for `owner` as soon as the lease of another one has ended.
pub(super) async fn take_over(store: &Arc<dyn Store>, owner: &str) -> Result<Lease, Failure> {
    loop {
        if let Some(lease) = store.acquire(owner, 1, LONG).await? {
            return Ok(lease);
        }
        tokio::task::yield_now().await;
    }
}
