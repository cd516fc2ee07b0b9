//! What the store keeps of a user: the grant, and the state of its refresh.

use lark_core::{Error, Result, Secret, StoreEntry, Value};
use serde_json::json;

use crate::grant::Grant;

/// Format of an entry.
const VERSION: u64 = 1;

/// A grant and the state of its refresh.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) grant: Grant,
    pub(super) refresh: RefreshState,
}

/// The state of a grant's refresh. It is written before the refresh token is sent, so that the next
/// process after a crash knows that the token may have been used.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RefreshState {
    /// The refresh token has not been used.
    Idle,
    /// `holder` is about to send it, or has sent it, and has not written the result.
    InProgress { holder: String },
    /// It was sent, and the result is not known.
    Unknown,
    /// The platform does not accept it any more; `why` is its answer.
    Ended { why: String },
}

impl Record {
    pub(super) fn new(grant: Grant) -> Self {
        Self { grant, refresh: RefreshState::Idle }
    }

    /// The entry of the store. It does not expire: the platform decides when a grant ends, and a wrong
    /// clock must not make a store drop it.
    pub(super) fn entry(&self) -> StoreEntry {
        StoreEntry { value: self.to_json().into(), expires_at: None }
    }

    fn to_json(&self) -> String {
        let refresh = match &self.refresh {
            RefreshState::Idle => json!({ "state": "idle" }),
            RefreshState::InProgress { holder } => {
                json!({ "state": "in_progress", "holder": holder })
            }
            RefreshState::Unknown => json!({ "state": "unknown" }),
            RefreshState::Ended { why } => json!({ "state": "ended", "why": why }),
        };
        json!({ "version": VERSION, "grant": self.grant.value(), "refresh": refresh }).to_string()
    }

    fn from_json(json: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::no_token(format!("not JSON: {error}")))?;
        let wrong = |what: String| Err(Error::no_token(what));
        if value["version"].as_u64() != Some(VERSION) {
            return wrong(format!("its version is not {VERSION}"));
        }
        let text = |name: &str| value["refresh"][name].as_str().unwrap_or_default().to_owned();
        let refresh = match &*text("state") {
            "idle" => RefreshState::Idle,
            "in_progress" => RefreshState::InProgress { holder: text("holder") },
            "unknown" => RefreshState::Unknown,
            "ended" => RefreshState::Ended { why: text("why") },
            _ => return wrong("the state of its refresh is missing or unknown".to_owned()),
        };
        Ok(Self { grant: Grant::from_value(&value["grant"])?, refresh })
    }
}

/// A record as it was read, with the raw entry, by which it is compared when it is replaced.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) record: Record,
    pub(super) raw: Secret,
}

impl Stored {
    pub(super) fn read(user: &str, raw: Secret) -> Result<Self> {
        let record = Record::from_json(raw.expose()).map_err(|error| {
            Error::no_token(format!("the stored grant of user {user:?} cannot be read: {error}"))
        })?;
        Ok(Self { record, raw })
    }

    /// The same grant with another state.
    pub(super) fn with_state(&self, refresh: RefreshState) -> Record {
        Record { grant: self.record.grant.clone(), refresh }
    }

    /// Whether the refresh token of this record is `refresh_token`.
    pub(super) fn has_refresh_token(&self, refresh_token: &Secret) -> bool {
        self.record.grant.refresh_token.as_ref() == Some(refresh_token)
    }

    /// Whether the refresh token may have been used already.
    pub(super) fn is_in_doubt(&self) -> bool {
        matches!(self.record.refresh, RefreshState::InProgress { .. } | RefreshState::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn records_survive_the_store() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let mut grant = Grant::new("u-hush", at(1_900_000_000));
        grant.issued_at = at(1_899_992_800);
        for refresh_token in [None, Some(Secret::from("ur-hush"))] {
            grant.refresh_expires_at = refresh_token.as_ref().map(|_| at(1_900_600_000));
            grant.refresh_token = refresh_token;
            grant.scope = "a b".to_owned();
            for refresh in [
                RefreshState::Idle,
                RefreshState::InProgress { holder: "h".to_owned() },
                RefreshState::Unknown,
                RefreshState::Ended { why: "code 20064 \"x\"".to_owned() },
            ] {
                let record = Record { grant: grant.clone(), refresh };
                let stored = Stored::read("ou_1", record.entry().value).expect("it is a record");
                assert_eq!(stored.record, record);
                assert!(!format!("{stored:?}").contains("hush"));
            }
        }
    }

    #[test]
    fn an_entry_that_is_no_record_is_an_error_without_its_text() {
        let whole = Record::new(Grant::new("u-hush", SystemTime::now())).entry().value;
        for (text, why) in [
            ("hush", "not JSON"),
            ("{\"version\":2}", "its version is not 1"),
            (&whole.expose().replace("idle", "hush"), "the state of its refresh is missing"),
            (&whole.expose().replace("access_token", "hush"), "access_token is missing or wrong"),
        ] {
            let error = Stored::read("ou_1", text.into()).expect_err("no record").to_string();
            assert!(
                error.contains("the stored grant of user \"ou_1\" cannot be read: "),
                "{error}"
            );
            assert!(error.contains(why) && !error.contains("hush"), "{error}");
        }
    }
}
