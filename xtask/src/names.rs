//! The name locks of `gen`: names are added to them, and none vanishes or changes without a reason.

use std::collections::{BTreeMap, BTreeSet};

use lark_codegen::{LOCKS, Output, Selection};

use crate::error::Error;
use crate::project::Project;

/// Most broken names that are shown.
const MAX_SHOWN: usize = 100;

/// Adds the locks to what is generated, except those of crates with a broken name; returns what is
/// broken.
pub(crate) fn lock(
    project: &Project,
    selection: &Selection,
    output: &mut Output,
    acknowledge: Option<&str>,
) -> Result<Vec<String>, Error> {
    if acknowledge.is_some_and(|reason| reason.trim().is_empty()) {
        return Err(Error::Usage("--acknowledge: expected a reason, found none".to_owned()));
    }
    let mut old = BTreeMap::new();
    for path in project.files_below(LOCKS)? {
        old.insert(path.clone(), project.read(&path)?);
    }
    let mut locks = lark_codegen::lock(output, &old, acknowledge).map_err(Error::Usage)?;
    let mut broken: Vec<String> = locks.broken.iter().map(|it| it.to_string()).collect();
    if *selection == Selection::All {
        let gone = old.keys().filter(|path| !locks.files.contains_key(*path));
        broken.extend(gone.map(|path| format!("{path}: the crate is gone; delete its lock")));
    }
    let files: BTreeSet<&str> = locks.broken.iter().map(|it| it.file.as_str()).collect();
    locks.files.retain(|path, _| !files.contains(path.as_str()));
    output.files.extend(locks.files);
    Ok(broken)
}

/// Fails if a name vanished or changed.
pub(crate) fn unless_broken(broken: &[String]) -> Result<(), Error> {
    if broken.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = broken.iter().take(MAX_SHOWN).map(String::as_str).collect();
    let count = broken.len();
    Err(Error::Findings(format!(
        "{}\n{count} public names vanished or changed; if that is meant, `cargo xtask gen --acknowledge \
         REASON` records why",
        shown.join("\n")
    )))
}
