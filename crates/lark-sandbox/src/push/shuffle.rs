//! Events out of order, and more than once.

use std::sync::Arc;

use super::attempt::AttemptKind;
use super::event::Event;
use super::{PushError, Pusher};
use crate::services::ids::mix;

impl Pusher {
    /// Pushes every event `copies` times, in an order that depends on `seed` only, one after the
    /// other. Returns the ids in the order of `events`.
    pub(crate) async fn push_shuffled(
        &self,
        events: Vec<Event>,
        copies: usize,
        seed: u64,
    ) -> Result<Vec<String>, PushError> {
        if copies == 0 {
            return Err(PushError::new("copies is 0: nothing would be pushed"));
        }
        let added = events.into_iter().map(|event| self.add(event));
        let added: Vec<Arc<Event>> = added.collect::<Result<_, _>>()?;
        let mut order: Vec<usize> = (0..added.len()).flat_map(|i| vec![i; copies]).collect();
        shuffle(&mut order, seed);
        // The first push of each begins its retries, the copies use none up.
        let mut kinds = vec![AttemptKind::Scheduled; added.len()];
        for index in order {
            let kind = std::mem::replace(&mut kinds[index], AttemptKind::Extra);
            self.attempt(&added[index], kind).await;
        }
        Ok(added.iter().map(|event| event.id.clone()).collect())
    }
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T], seed: u64) {
    for last in (1..items.len()).rev() {
        let number = mix(seed.wrapping_add(last as u64));
        items.swap(last, (number % (last as u64 + 1)) as usize);
    }
}
