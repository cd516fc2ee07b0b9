//! Events out of order, and more than once.

use std::sync::Arc;

use super::event::Event;
use super::{PushError, attempt};
use crate::platform::Platform;
use crate::services::ids::mix;

/// Pushes every event `copies` times, in an order that depends on `seed` only, one after the other.
/// Gives the ids in the order of `events`.
pub(crate) async fn push_shuffled(
    platform: &Platform,
    events: Vec<Event>,
    copies: usize,
    seed: u64,
) -> Result<Vec<String>, PushError> {
    if copies == 0 {
        return Err(PushError::new("copies is 0: nothing would be pushed"));
    }
    let mut added = Vec::new();
    for event in events {
        added.push(attempt::add(platform, event)?);
    }
    let mut order: Vec<usize> = (0..added.len()).flat_map(|i| vec![i; copies]).collect();
    shuffle(&mut order, seed);
    let mut seen = vec![false; added.len()];
    for index in order {
        let event: &Arc<Event> = &added[index];
        // The first push of each begins its retries, the copies use none up.
        let again = std::mem::replace(&mut seen[index], true);
        attempt::attempt(platform, event, again).await;
    }
    Ok(added.iter().map(|event| event.id.clone()).collect())
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T], seed: u64) {
    for last in (1..items.len()).rev() {
        let number = mix(seed.wrapping_add(last as u64));
        items.swap(last, (number % (last as u64 + 1)) as usize);
    }
}
