//! The name lock: every public name that is emitted, in a file for each crate, so that none vanishes or
//! changes unnoticed.

mod file;

use std::collections::BTreeMap;
use std::fmt;

use file::Lock;

use crate::emitted::{self, Names};
use crate::output::Output;

/// Where the locks are.
pub const LOCKS: &str = "codegen/names";

/// The crate that exports the others, and where its names are; generated with all of them only.
const FACADE: (&str, &str) = ("lark-sdk", "src");

/// A public name that is no longer what its lock says, and nobody has said why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// The lock.
    pub file: String,
    /// `v1::message::CreateMessageRequest.content`
    pub name: String,
    /// What the lock says.
    pub locked: String,
    /// What is emitted; `None` if the name is gone.
    pub emitted: Option<String>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Broken { file, name, locked, emitted } = self;
        match emitted {
            None => write!(f, "{file}: `{name}` is gone"),
            Some(emitted) => write!(f, "{file}: `{name}` was `{locked}`, is `{emitted}`"),
        }
    }
}

/// The locks as they should be, and what is broken.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Locks {
    /// Path from the project root to text.
    pub files: BTreeMap<String, String>,
    /// Names that vanished or changed without a reason.
    pub broken: Vec<Broken>,
}

/// Compares the names of `output` with their locks, `old`, by path from the project root. A reason in
/// `acknowledge` is written to the locks beside every name that is broken.
///
/// # Errors
///
/// A lock that cannot be read, with its path.
pub fn lock(
    output: &Output,
    old: &BTreeMap<String, String>,
    acknowledge: Option<&str>,
) -> Result<Locks, String> {
    let mut locks = Locks::default();
    let domains = output.crates.iter().map(|it| (it.name.as_str(), "src/generated"));
    for (name, directory) in domains.chain([FACADE]) {
        let names = emitted::names(&output.files, &format!("crates/{name}/{directory}"));
        if names.modules.is_empty() {
            continue;
        }
        let path = format!("{LOCKS}/{name}.lock");
        let mut lock = match old.get(&path) {
            Some(text) => Lock::parse(text).map_err(|error| format!("{path}:{error}"))?,
            None => Lock::new(name),
        };
        let broken = broken(&path, &lock, &names);
        match acknowledge {
            Some(reason) => lock.acknowledge(reason, broken.iter().map(|it| it.name.as_str())),
            None => {
                let unknown = broken.into_iter().filter(|it| !lock.is_acknowledged(&it.name));
                locks.broken.extend(unknown);
            }
        }
        locks.files.insert(path, lock.with(&names));
    }
    Ok(locks)
}

fn broken(path: &str, lock: &Lock, names: &Names) -> Vec<Broken> {
    let emitted: BTreeMap<&str, &str> = names.iter().collect();
    let mut broken = Vec::new();
    for (name, locked) in lock.names.iter() {
        let emitted = emitted.get(name).copied();
        if emitted != Some(locked) {
            broken.push(Broken {
                file: path.to_owned(),
                name: name.to_owned(),
                locked: locked.to_owned(),
                emitted: emitted.map(str::to_owned),
            });
        }
    }
    broken
}
