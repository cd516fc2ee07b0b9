//! Documentation as JSON: what a crate's public interface is, as the compiler sees it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::Value;

use crate::cargo;
use crate::error::Error;
use crate::project::Project;

/// Set when cargo calls this program in place of rustdoc.
const AS_RUSTDOC: &str = "XTASK_AS_RUSTDOC";
/// As docs.rs builds it, with what is hidden there, and every warning is an error.
const FLAGS: &str =
    "-D warnings --cfg docsrs -Z unstable-options --output-format json --document-hidden-items";

/// Documents the workspace, and reads the documentation of the published crates.
pub(crate) fn build(project: &Project) -> Result<Vec<(String, Value)>, Error> {
    let metadata = cargo::metadata(project)?;
    let own = env::current_exe().map_err(Error::io(Path::new("xtask")))?;
    let mut command =
        cargo::command(project, &["doc", "--workspace", "--all-features", "--no-deps"]);
    // Only rustdoc gets the unstable options: set for all of cargo, they would compile the
    // dependencies anew.
    command.env("RUSTDOC", own).env(AS_RUSTDOC, "1").env("RUSTDOCFLAGS", FLAGS);
    cargo::run(&mut command)?;
    let read = |name: String| {
        let path = metadata.target.join(format!("doc/{}.json", name.replace('-', "_")));
        let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
        let documentation = serde_json::from_str(&text)
            .map_err(|error| Error::Usage(format!("{}: {error}", path.display())))?;
        Ok((name, documentation))
    };
    project.crates()?.into_iter().map(read).collect()
}

/// Runs rustdoc with its unstable options if cargo called this program in its place.
pub(crate) fn run_if_called_by_cargo() -> Option<ExitCode> {
    env::var_os(AS_RUSTDOC)?;
    let status = Command::new("rustdoc")
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove(AS_RUSTDOC)
        .status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|it| it.try_into().ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("rustdoc: {error}");
            ExitCode::from(2)
        }
    })
}
