//! Where a walk is, as a value that can be kept.

use std::collections::HashSet;
use std::{error, fmt};

use serde_json::{Value, json};

/// A listing that is not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listing {
    /// The node that is listed; empty for the top.
    pub(super) parent: String,
    /// The names from the top to that node.
    pub(super) path: Vec<String>,
    /// The page to go on with; `None` for the first.
    pub(super) page: Option<String>,
}

impl Listing {
    pub(super) fn of(parent: impl Into<String>) -> Self {
        Self { parent: parent.into(), path: Vec::new(), page: None }
    }

    fn to_value(&self) -> Value {
        json!({ "parent": self.parent, "path": self.path, "page": self.page })
    }

    fn from_value(value: &Value) -> Option<Self> {
        let path = value["path"].as_array()?.iter().map(|it| it.as_str().map(str::to_owned));
        Some(Self {
            parent: value["parent"].as_str()?.to_owned(),
            path: path.collect::<Option<_>>()?,
            page: match &value["page"] {
                Value::Null => None,
                page => Some(page.as_str()?.to_owned()),
            },
        })
    }
}

/// Where a walk is: the listings that are not finished, and the tokens of the nodes that were returned.
/// Nodes that were not returned yet are found again by [`Walk::resume`](super::Walk::resume).
///
/// It takes as much memory as the tokens of the nodes so far, 30 bytes a node, so keep one every few
/// hundred nodes rather than after each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub(super) tree: String,
    pub(super) listings: Vec<Listing>,
    pub(super) seen: HashSet<String>,
}

impl Checkpoint {
    /// How many nodes were returned before.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing is left to be listed.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.listings.is_empty()
    }

    /// JSON to be saved. It has the names of nodes above those that are not listed yet, and no secret.
    #[must_use]
    #[inline]
    pub fn to_json(&self) -> String {
        let listings: Vec<Value> = self.listings.iter().map(Listing::to_value).collect();
        let mut seen: Vec<&String> = self.seen.iter().collect();
        seen.sort_unstable();
        json!({ "tree": self.tree, "listings": listings, "seen": seen }).to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// `json` is no checkpoint; the error says what is wrong.
    #[inline]
    pub fn from_json(json: &str) -> Result<Self, InvalidCheckpoint> {
        let wrong = |reason: String| InvalidCheckpoint { reason };
        let value: Value =
            serde_json::from_str(json).map_err(|error| wrong(format!("not JSON: {error}")))?;
        let missing = |name: &str| wrong(format!("{name} is missing or wrong"));
        let tree = value["tree"].as_str().ok_or_else(|| missing("tree"))?.to_owned();
        let list = |name: &str| value[name].as_array().ok_or_else(|| missing(name));
        let mut listings = Vec::new();
        for (index, listing) in list("listings")?.iter().enumerate() {
            let listing = Listing::from_value(listing);
            listings.push(listing.ok_or_else(|| missing(&format!("listings[{index}]")))?);
        }
        let mut seen = HashSet::new();
        for (index, token) in list("seen")?.iter().enumerate() {
            let token = token.as_str().ok_or_else(|| missing(&format!("seen[{index}]")))?;
            seen.insert(token.to_owned());
        }
        Ok(Self { tree, listings, seen })
    }
}

/// A checkpoint that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCheckpoint {
    reason: String,
}

impl InvalidCheckpoint {
    pub(super) fn of_another(tree: &str, of: &str) -> Self {
        Self { reason: format!("it is of {of}, and this walk is of {tree}") }
    }
}

impl fmt::Display for InvalidCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checkpoint of a walk: {}", self.reason)
    }
}

impl error::Error for InvalidCheckpoint {}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let below = Listing {
            parent: "a".to_owned(),
            path: vec!["A / \"B\"".to_owned()],
            page: Some("t+/=".to_owned()),
        };
        let seen = ["a", "b"].map(str::to_owned).into();
        Checkpoint { tree: "space 1".to_owned(), listings: vec![Listing::of(""), below], seen }
    }

    #[test]
    fn it_comes_back_from_json() {
        let read = Checkpoint::from_json(&checkpoint().to_json()).expect("it was written so");
        assert_eq!(read, checkpoint());
        assert_eq!((read.nodes(), read.is_finished()), (2, false));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused_by_name() {
        let whole = checkpoint().to_json();
        for (from, to, why) in [
            ("{", "[", "not JSON"),
            ("\"tree\":", "\"tee\":", "tree is missing"),
            ("\"listings\":[", "\"listings\":[4,", "listings[0] is missing or wrong"),
            ("\"path\":[]", "\"path\":[1]", "listings[0] is missing or wrong"),
            ("\"t+/=\"", "7", "listings[1] is missing or wrong"),
            ("[\"a\",\"b\"]", "[\"a\",{}]", "seen[1] is missing or wrong"),
            ("\"seen\"", "\"scene\"", "seen is missing or wrong"),
        ] {
            assert!(whole.contains(from), "{from} in {whole}");
            let error = Checkpoint::from_json(&whole.replacen(from, to, 1)).expect_err(why);
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
