//! Calls of cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::error::Error;
use crate::project::Project;

/// What cargo says about the workspace.
pub(crate) struct Metadata {
    /// Where it builds.
    pub(crate) target: PathBuf,
    /// The version of all its crates.
    pub(crate) version: String,
}

/// Asks cargo about the workspace.
pub(crate) fn metadata(project: &Project) -> Result<Metadata, Error> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let text = output(&mut command(project, &arguments))?;
    let metadata: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Usage(format!("cargo metadata: {error}")))?;
    let text = |value: &Value, key: &str| match value[key].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Error::Usage(format!("cargo metadata: expected {key}"))),
    };
    let target = text(&metadata, "target_directory")?.into();
    Ok(Metadata { target, version: text(&metadata["packages"][0], "version")? })
}

/// The cargo that runs this program, at the root of the workspace.
pub(crate) fn command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(project.path(""));
    command
}

/// Runs it; what it prints is seen.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.status().map_err(Error::io(Path::new("cargo")))?;
    if status.success() { Ok(()) } else { Err(failed(command)) }
}

/// Runs it, and returns what it prints to the standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Error> {
    let output = command.output().map_err(Error::io(Path::new("cargo")))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return Err(failed(command));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn failed(command: &Command) -> Error {
    let arguments: Vec<_> = command.get_args().map(|it| it.to_string_lossy()).collect();
    Error::Findings(format!("cargo {} failed", arguments.join(" ")))
}
