//! The differences that have a reason: the reader of api-specs/witness/differences.toml.

use std::collections::HashSet;

use serde::Deserialize;

use super::difference::Difference;
use crate::error::{Error, Place};

/// Where they are listed.
pub(crate) const FILE: &str = "api-specs/witness/differences.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reasons {
    #[serde(default, rename = "reason")]
    reasons: Vec<Reason>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    why: String,
    differences: Vec<String>,
}

impl Reasons {
    /// Reads the list; a reason without words, and a difference that is listed twice, is noted.
    pub(crate) fn parse(text: &str, errors: &mut Vec<Error>) -> Reasons {
        let reasons: Reasons = match toml::from_str(text) {
            Ok(reasons) => reasons,
            Err(error) => {
                let found = error.message().to_owned();
                errors.push(Error::new(FILE, Place::File, "reasons and their differences", found));
                Reasons::default()
            }
        };
        let mut seen = HashSet::new();
        for Reason { why, differences } in &reasons.reasons {
            if why.trim().is_empty() || differences.is_empty() {
                let found = format!("`why = {why:?}` with {}", differences.len());
                errors.push(Error::new(FILE, Place::File, "a reason and differences", found));
            }
            for line in differences.iter().filter(|line| !seen.insert(line.as_str())) {
                errors.push(Error::new(FILE, Place::File, "each difference once", line.clone()));
            }
        }
        reasons
    }

    /// Takes away the differences that have a reason. The second part are lines without a difference.
    pub(crate) fn explain(&self, found: Vec<Difference>) -> (Vec<Difference>, Vec<String>) {
        let mut listed: HashSet<&str> =
            self.reasons.iter().flat_map(|it| &it.differences).map(String::as_str).collect();
        let unexplained =
            found.into_iter().filter(|it| !listed.remove(it.line().as_str())).collect();
        let mut stale: Vec<String> = listed.into_iter().map(str::to_owned).collect();
        stale.sort();
        (unexplained, stale)
    }
}
