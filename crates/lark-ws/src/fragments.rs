//! Puts events together that arrive in several frames.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

/// Most parts of an event.
const MAX_PARTS: usize = 1024;
/// Largest event, in bytes.
pub(crate) const MAX_EVENT_SIZE: usize = 16 * 1024 * 1024;
/// Most bytes of all incomplete events.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most incomplete events. One more pushes the oldest out.
const MAX_SETS: usize = 128;
/// How long the rest of an event may take. The platform sends it again after 15 s.
const LIFETIME: Duration = Duration::from_secs(10);

/// The events of which only parts have arrived.
#[derive(Debug, Default)]
pub struct Fragments {
    sets: HashMap<String, Set>,
    bytes: usize,
}

/// The parts of one event.
#[derive(Debug)]
struct Set {
    parts: Vec<Option<Bytes>>,
    missing: usize,
    bytes: usize,
    since: Instant,
}

/// Why a part was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FragmentError {
    /// The event has no parts, or more than 1,024.
    PartCount(u64),
    /// It is not one of the parts of its event.
    Position(u64),
    /// The event would be larger than 16 MiB.
    TooLarge,
}

impl fmt::Display for FragmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartCount(sum) => write!(f, "an event of {sum} parts; the limit is {MAX_PARTS}"),
            Self::Position(seq) => write!(f, "part {seq} is not one of the event's"),
            Self::TooLarge => write!(f, "an event of more than {MAX_EVENT_SIZE} bytes"),
        }
    }
}

impl Fragments {
    /// Adds part `seq`, counted from 0, of the `sum` parts of event `id`, and returns the event once
    /// all have come, in whatever order. A part that comes again replaces the first.
    ///
    /// # Errors
    /// The part is not kept. If the event is too large, its other parts are given up as well.
    pub fn add(
        &mut self,
        id: &str,
        (seq, sum): (u64, u64),
        part: &[u8],
        now: Instant,
    ) -> Result<Option<Bytes>, FragmentError> {
        let count = usize::try_from(sum).ok().filter(|count| (1..=MAX_PARTS).contains(count));
        let count = count.ok_or(FragmentError::PartCount(sum))?;
        let at = usize::try_from(seq).ok().filter(|at| *at < count);
        let at = at.ok_or(FragmentError::Position(seq))?;
        self.expire(now);
        // An event that is sent again may be cut differently.
        if self.sets.get(id).is_some_and(|set| set.parts.len() != count) {
            self.remove(id);
        }
        let before = match self.sets.get(id) {
            Some(set) => set.bytes - set.parts[at].as_ref().map_or(0, Bytes::len),
            None => 0,
        };
        if before + part.len() > MAX_EVENT_SIZE {
            self.remove(id);
            return Err(FragmentError::TooLarge);
        }
        self.make_room(id, part.len());
        let set = self.sets.entry(id.to_owned()).or_insert_with(|| Set {
            parts: vec![None; count],
            missing: count,
            bytes: 0,
            since: now,
        });
        // Copied, because the slice would keep the whole buffer of the socket in memory.
        match set.parts[at].replace(Bytes::copy_from_slice(part)) {
            Some(old) => {
                set.bytes -= old.len();
                self.bytes -= old.len();
            }
            None => set.missing -= 1,
        }
        set.bytes += part.len();
        self.bytes += part.len();
        if set.missing > 0 {
            return Ok(None);
        }
        Ok(self.remove(id).map(Set::join))
    }

    /// Forgets events whose rest has not come in time, and returns their number.
    pub fn expire(&mut self, now: Instant) -> usize {
        let before = self.sets.len();
        let bytes = &mut self.bytes;
        self.sets.retain(|_, set| {
            let is_young = now.saturating_duration_since(set.since) < LIFETIME;
            if !is_young {
                *bytes -= set.bytes;
            }
            is_young
        });
        before - self.sets.len()
    }

    /// The number of incomplete events, and of their bytes.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        (self.sets.len(), self.bytes)
    }

    /// Gives up the oldest events, so that the limits hold with `more` bytes for `id`.
    fn make_room(&mut self, id: &str, more: usize) {
        loop {
            let is_new = !self.sets.contains_key(id);
            let is_full = is_new && self.sets.len() == MAX_SETS;
            if !is_full && self.bytes + more <= MAX_BYTES {
                return;
            }
            let others = self.sets.iter().filter(|(other, _)| *other != id);
            let Some(oldest) = others.min_by_key(|(_, set)| set.since).map(|(id, _)| id.clone())
            else {
                return;
            };
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, id: &str) -> Option<Set> {
        let set = self.sets.remove(id)?;
        self.bytes -= set.bytes;
        Some(set)
    }
}

impl Set {
    fn join(self) -> Bytes {
        let mut all = BytesMut::with_capacity(self.bytes);
        self.parts.into_iter().flatten().for_each(|part| all.extend_from_slice(&part));
        all.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn add(
        fragments: &mut Fragments,
        id: &str,
        place: (u64, u64),
        part: &str,
    ) -> Result<Option<Bytes>, FragmentError> {
        fragments.add(id, place, part.as_bytes(), Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn parts_come_in_any_order_twice_and_empty() {
        let mut fragments = Fragments::default();
        let waiting = Ok(None);
        assert_eq!(add(&mut fragments, "a", (2, 4), "c"), waiting);
        assert_eq!(add(&mut fragments, "b", (0, 2), "x"), waiting);
        assert_eq!(add(&mut fragments, "a", (0, 4), "wrong"), waiting);
        assert_eq!(add(&mut fragments, "a", (3, 4), ""), waiting);
        assert_eq!(add(&mut fragments, "a", (0, 4), "a"), waiting);
        assert_eq!(fragments.held(), (2, 3));
        assert_eq!(add(&mut fragments, "a", (1, 4), "b"), Ok(Some("abc".into())));
        // A late part begins an event that never completes, and disturbs nobody.
        assert_eq!(add(&mut fragments, "a", (1, 4), "b"), waiting);
        assert_eq!(add(&mut fragments, "b", (1, 2), "y"), Ok(Some("xy".into())));
        assert_eq!(fragments.held(), (1, 1));
        tokio::time::advance(LIFETIME).await;
        assert_eq!(fragments.expire(Instant::now()), 1);
        assert_eq!(fragments.held(), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_is_sent_again_needs_nothing_of_the_first_time() {
        let mut fragments = Fragments::default();
        assert_eq!(add(&mut fragments, "a", (0, 2), "old"), Ok(None));
        tokio::time::advance(LIFETIME - SECOND).await;
        // Cut differently.
        assert_eq!(add(&mut fragments, "a", (0, 3), "1"), Ok(None));
        tokio::time::advance(2 * SECOND).await;
        assert_eq!(add(&mut fragments, "a", (1, 3), "2"), Ok(None));
        assert_eq!(add(&mut fragments, "a", (2, 3), "3"), Ok(Some("123".into())));
        // The rest came too late.
        assert_eq!(add(&mut fragments, "a", (0, 2), "x"), Ok(None));
        tokio::time::advance(LIFETIME).await;
        assert_eq!(add(&mut fragments, "a", (1, 2), "y"), Ok(None));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_should_send_costs_little() {
        let mut fragments = Fragments::default();
        for (place, error) in [
            ((0, 0), FragmentError::PartCount(0)),
            ((0, 1025), FragmentError::PartCount(1025)),
            ((0, u64::MAX), FragmentError::PartCount(u64::MAX)),
            ((2, 2), FragmentError::Position(2)),
            ((u64::MAX, 2), FragmentError::Position(u64::MAX)),
        ] {
            assert_eq!(add(&mut fragments, "a", place, ""), Err(error));
        }
        for id in 0..MAX_SETS + 9 {
            assert_eq!(add(&mut fragments, &id.to_string(), (0, 2), "x"), Ok(None));
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(fragments.held(), (MAX_SETS, MAX_SETS));
        // The oldest were given up.
        assert_eq!(add(&mut fragments, "0", (1, 2), "y"), Ok(None));
        assert_eq!(add(&mut fragments, "99", (1, 2), "y"), Ok(Some("xy".into())));

        let quarter = "x".repeat(MAX_EVENT_SIZE / 4);
        for seq in 0..4 {
            assert_eq!(add(&mut fragments, "large", (seq, 9), &quarter), Ok(None));
        }
        assert_eq!(add(&mut fragments, "large", (4, 9), "x"), Err(FragmentError::TooLarge));
        for id in 0..99 {
            _ = add(&mut fragments, &format!("large {id}"), (0, 9), &quarter);
            assert!(fragments.held().1 <= MAX_BYTES);
        }
    }
}
