//! The state of an upload, with which it can be continued.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::UploadError;
use super::source::{Fingerprint, Snapshot};
use super::target::Kind;

/// The largest size of a part that is believed, in bytes. The platform's are of 4 MiB.
const MAX_BLOCK_BYTES: u64 = 64 << 20;
/// The largest number of parts that is believed: a terabyte of the platform's.
pub(super) const MAX_PARTS: u64 = 1 << 18;

pub(super) fn is_block_size(bytes: u64) -> bool {
    (1..=MAX_BLOCK_BYTES).contains(&bytes)
}

/// The state of an upload in parts: its id on the platform, a fingerprint of its source, and the parts
/// that have arrived. It contains no secret, and is of no use to another app or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadState {
    pub(super) kind: Kind,
    pub(super) upload_id: String,
    pub(super) block_size: u64,
    pub(super) snapshot: Snapshot,
    pub(super) uploaded: BTreeSet<u64>,
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

    /// The total number of parts.
    #[must_use]
    pub fn total_parts(&self) -> u64 {
        self.snapshot.size.div_ceil(self.block_size)
    }

    /// The number of parts that have arrived.
    #[must_use]
    pub fn uploaded_parts(&self) -> u64 {
        self.uploaded.len() as u64
    }

    /// The number of bytes that have arrived.
    #[must_use]
    pub fn uploaded_bytes(&self) -> u64 {
        self.uploaded.iter().map(|seq| self.size_of(*seq)).sum()
    }

    /// The size of the file, in bytes.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.snapshot.size
    }

    /// The size of part `seq`, which must be less than the number of parts.
    pub(super) fn size_of(&self, seq: u64) -> u64 {
        (self.snapshot.size - seq * self.block_size).min(self.block_size)
    }

    /// The parts that have not arrived.
    pub(super) fn missing(&self) -> impl Iterator<Item = u64> {
        (0..self.total_parts()).filter(|seq| !self.uploaded.contains(seq))
    }

    /// JSON to be saved.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut state = json!({
            "kind": self.kind.as_str(),
            "upload_id": self.upload_id,
            "block_size": self.block_size,
            "size": self.snapshot.size,
            "done": self.uploaded,
        });
        match &self.snapshot.fingerprint {
            Fingerprint::Modified(time) => state["modified_ns"] = json!(time),
            Fingerprint::Checksum(sum) => state["checksum"] = json!(sum),
        }
        state.to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// `json` is not a stored state: [`UploadError::InvalidState`].
    pub fn from_json(json: &str) -> Result<Self, UploadError> {
        let wrong = |what: &str| UploadError::InvalidState { reason: what.to_owned() };
        let value: Value =
            serde_json::from_str(json).map_err(|error| wrong(&format!("not JSON: {error}")))?;
        let number = |name: &str| {
            let number = value[name].as_u64().filter(|number| *number > 0);
            number.ok_or_else(|| wrong(&format!("{name} is missing or wrong")))
        };
        let kind = value["kind"].as_str().and_then(Kind::parse);
        let upload_id = value["upload_id"].as_str().filter(|id| !id.is_empty());
        let fingerprint = match (&value["modified_ns"], &value["checksum"]) {
            (Value::Number(time), _) => time.as_u64().map(Fingerprint::Modified),
            (_, Value::String(sum)) => Some(Fingerprint::Checksum(sum.clone())),
            _ => None,
        };
        let fingerprint = fingerprint.ok_or_else(|| wrong("modified_ns is missing or wrong"))?;
        let mut state = Self {
            kind: kind.ok_or_else(|| wrong("kind is missing or wrong"))?,
            upload_id: upload_id.ok_or_else(|| wrong("upload_id is missing or wrong"))?.to_owned(),
            block_size: number("block_size")?,
            snapshot: Snapshot { size: number("size")?, fingerprint },
            uploaded: BTreeSet::new(),
        };
        // Nobody gave out such parts, and remembering them would take gigabytes.
        if !is_block_size(state.block_size) || state.total_parts() > MAX_PARTS {
            return Err(wrong("block_size is missing or wrong"));
        }
        let done = value["done"].as_array().ok_or_else(|| wrong("done is missing or wrong"))?;
        for seq in done {
            let seq = seq.as_u64().filter(|seq| *seq < state.total_parts());
            state.uploaded.insert(seq.ok_or_else(|| wrong("done has a part that is none"))?);
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(fingerprint: Fingerprint) -> UploadState {
        let snapshot = Snapshot { size: 10, fingerprint };
        let (upload_id, uploaded) = ("u".to_owned(), BTreeSet::from([0, 2]));
        UploadState { kind: Kind::Media, upload_id, block_size: 4, snapshot, uploaded }
    }

    #[test]
    fn comes_back_from_json_and_knows_the_missing_parts() {
        for fingerprint in [
            Fingerprint::Modified(1_800_000_000_123_456_789),
            Fingerprint::Checksum("1".to_owned()),
        ] {
            let state = state(fingerprint);
            let read = UploadState::from_json(&state.to_json()).expect("it was written so");
            assert_eq!(read, state);
            assert_eq!(
                (read.total_parts(), read.uploaded_parts(), read.uploaded_bytes()),
                (3, 2, 6)
            );
            assert_eq!(read.missing().collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn what_is_no_state_is_refused_by_name() {
        let whole = state(Fingerprint::Modified(1)).to_json();
        for (from, to, why) in [
            ("{", "[", "not JSON"),
            ("\"media\"", "\"mail\"", "kind"),
            ("\"block_size\":4", "\"block_size\":0", "block_size"),
            ("\"block_size\":4", "\"block_size\":68719476736", "block_size"),
            ("\"size\":10", "\"size\":1073741824", "block_size"),
            ("[0,2]", "[0,3]", "done"),
            ("modified_ns", "modified", "modified_ns"),
        ] {
            let error = UploadState::from_json(&whole.replacen(from, to, 1)).expect_err(why);
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
