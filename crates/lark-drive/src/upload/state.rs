//! What must be remembered of an upload, to go on with it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::UploadError;
use super::source::{Snapshot, Stamp};
use super::target::Kind;

/// An upload in parts that has begun: what the platform calls it, what it is made from, and which
/// parts have arrived. It holds no secret, and is of no use to another app or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadState {
    pub(super) kind: Kind,
    pub(super) upload_id: String,
    pub(super) block_size: u64,
    pub(super) snapshot: Snapshot,
    pub(super) done: BTreeSet<u64>,
}

impl UploadState {
    /// The id of the upload on the platform.
    #[must_use]
    pub fn upload_id(&self) -> &str {
        &self.upload_id
    }

    /// The size of every part but the last, in bytes.
    #[must_use]
    pub fn block_size(&self) -> u64 {
        self.block_size
    }

    /// How many parts there are.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.snapshot.size.div_ceil(self.block_size)
    }

    /// How many of them have arrived.
    #[must_use]
    pub fn parts_done(&self) -> u64 {
        self.done.len() as u64
    }

    /// How many bytes have arrived.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.done.iter().map(|seq| self.size_of(*seq)).sum()
    }

    /// How many bytes there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.snapshot.size
    }

    /// The size of a part, which must be one there is.
    pub(super) fn size_of(&self, seq: u64) -> u64 {
        (self.snapshot.size - seq * self.block_size).min(self.block_size)
    }

    /// The parts that have not arrived.
    pub(super) fn left(&self) -> impl Iterator<Item = u64> {
        (0..self.parts()).filter(|seq| !self.done.contains(seq))
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut state = json!({
            "kind": self.kind.as_str(),
            "upload_id": self.upload_id,
            "block_size": self.block_size,
            "size": self.snapshot.size,
            "done": self.done,
        });
        match &self.snapshot.stamp {
            Stamp::Modified(time) => state["modified_ns"] = json!(time),
            Stamp::Checksum(sum) => state["checksum"] = json!(sum),
        }
        state.to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// It is not that: [`UploadError::State`].
    pub fn from_json(json: &str) -> Result<Self, UploadError> {
        let wrong = |what: &str| UploadError::State { reason: what.to_owned() };
        let value: Value =
            serde_json::from_str(json).map_err(|error| wrong(&format!("not JSON: {error}")))?;
        let number = |name: &str| {
            let number = value[name].as_u64().filter(|number| *number > 0);
            number.ok_or_else(|| wrong(&format!("{name} is missing or wrong")))
        };
        let kind = value["kind"].as_str().and_then(Kind::named);
        let upload_id = value["upload_id"].as_str().filter(|id| !id.is_empty());
        let stamp = match (&value["modified_ns"], &value["checksum"]) {
            (Value::Number(time), _) => time.as_u64().map(Stamp::Modified),
            (_, Value::String(sum)) => Some(Stamp::Checksum(sum.clone())),
            _ => None,
        };
        let stamp = stamp.ok_or_else(|| wrong("modified_ns is missing or wrong"))?;
        let mut state = Self {
            kind: kind.ok_or_else(|| wrong("kind is missing or wrong"))?,
            upload_id: upload_id.ok_or_else(|| wrong("upload_id is missing or wrong"))?.to_owned(),
            block_size: number("block_size")?,
            snapshot: Snapshot { size: number("size")?, stamp },
            done: BTreeSet::new(),
        };
        let done = value["done"].as_array().ok_or_else(|| wrong("done is missing or wrong"))?;
        for seq in done {
            let seq = seq.as_u64().filter(|seq| *seq < state.parts());
            state.done.insert(seq.ok_or_else(|| wrong("done has a part that is none"))?);
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(stamp: Stamp) -> UploadState {
        let snapshot = Snapshot { size: 10, stamp };
        let (upload_id, done) = ("u".to_owned(), BTreeSet::from([0, 2]));
        UploadState { kind: Kind::Media, upload_id, block_size: 4, snapshot, done }
    }

    #[test]
    fn comes_back_from_json_and_knows_what_is_left() {
        for stamp in [Stamp::Modified(1_800_000_000_123_456_789), Stamp::Checksum("1".to_owned())] {
            let state = state(stamp);
            let read = UploadState::from_json(&state.to_json()).expect("it was written so");
            assert_eq!(read, state);
            assert_eq!((read.parts(), read.parts_done(), read.sent()), (3, 2, 6));
            assert_eq!(read.left().collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn what_is_no_state_is_refused_by_name() {
        let whole = state(Stamp::Modified(1)).to_json();
        for (from, to, why) in [
            ("{", "[", "not JSON"),
            ("\"media\"", "\"mail\"", "kind"),
            ("\"block_size\":4", "\"block_size\":0", "block_size"),
            ("[0,2]", "[0,3]", "done"),
            ("modified_ns", "modified", "modified_ns"),
        ] {
            let error = UploadState::from_json(&whole.replacen(from, to, 1)).expect_err(why);
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
