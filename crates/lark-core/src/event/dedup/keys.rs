//! What redeliveries of an event share.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::event::header::EventHeader;
use crate::event::routes::ErasedEvent;

/// The dedup keys of an event, as hashes that nobody outside can predict.
pub(in crate::event) type KeyHashes = [Option<u64>; 2];

/// The dedup keys of an event. Only stores that are not in memory need them as texts.
pub(in crate::event) struct DedupKeys {
    pub(in crate::event) hashes: KeyHashes,
    pub(in crate::event) names: Vec<String>,
}

impl DedupKeys {
    pub(in crate::event) fn is_empty(&self) -> bool {
        self.hashes == [None, None]
    }

    /// `signature` identifies a push whose event has no id.
    pub(super) fn new(
        event: &dyn ErasedEvent,
        signature: Option<String>,
        hasher: &RandomState,
        is_named: bool,
    ) -> Self {
        let names = match is_named {
            true => dedup_keys(event, signature.clone()),
            false => Vec::new(),
        };
        let EventHeader { event_id, event_type, app_id, .. } = event.header();
        let by_id = match event_id.is_empty() {
            true => signature.map(|signature| hash(hasher, &[&signature])),
            false => Some(hash(hasher, &[app_id, "/", event_id])),
        };
        let by_identity = event
            .identity()
            .map(|identity| hash(hasher, &[app_id, "/", event_type, "/", identity]));
        Self { hashes: [by_id, by_identity], names }
    }
}

/// The keys that redeliveries of the event share, for the dedup store.
pub(in crate::event) fn dedup_keys(
    event: &dyn ErasedEvent,
    signature: Option<String>,
) -> Vec<String> {
    let EventHeader { event_id, event_type, app_id, .. } = event.header();
    let by_id = match event_id.is_empty() {
        true => signature,
        false => Some([app_id, "/", event_id].concat()),
    };
    let identity = event.identity();
    let by_identity = identity.map(|identity| [app_id, "/", event_type, "/", identity].concat());
    let mut keys = Vec::with_capacity(2);
    keys.extend(by_id);
    keys.extend(by_identity);
    keys
}

/// The hash of the text that the parts make together. SipHash takes bytes as they come, so it does not
/// matter where one part ends.
pub(super) fn hash(hasher: &RandomState, parts: &[&str]) -> u64 {
    let mut state = hasher.build_hasher();
    parts.iter().for_each(|part| state.write(part.as_bytes()));
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_whole_text() {
        let hasher = RandomState::new();
        let whole = "cli_9f2b/im.message.receive_v1/om_dc13264520392913993dd051dba21dcf";
        for at in 0..=whole.len() {
            let (head, tail) = whole.split_at(at);
            assert_eq!(hash(&hasher, &[head, tail]), hash(&hasher, &[whole]));
        }
        assert_ne!(hash(&hasher, &[&whole[1..]]), hash(&hasher, &[whole]));
    }
}
