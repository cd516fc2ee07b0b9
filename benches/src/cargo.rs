//! Running cargo and weighing it.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cpu;

/// What would make one run differ from the next, or from a user's.
const FOREIGN: [&str; 8] = [
    "CARGO_BUILD_JOBS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
];

/// `cargo` in `dir`, with an environment that is the same everywhere.
#[must_use]
pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if FOREIGN.contains(&&*name) || name.starts_with("CARGO_PROFILE_") {
            command.env_remove(name);
        }
    }
    command.current_dir(dir).args(args);
    command
}

/// Runs `command` and gives what it writes.
///
/// # Errors
/// It cannot be run or fails; the message has its last lines.
pub fn run(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = stderr.lines().collect();
    let last = lines[lines.len().saturating_sub(30)..].join("\n");
    Err(format!("{command:?}: {}\n{last}", output.status).into())
}

/// Runs `command` and gives the CPU seconds of it and all that it started.
///
/// # Errors
/// As [`run`].
pub fn weigh(command: &mut Command) -> Result<f64, Box<dyn Error>> {
    let before = cpu::children().cpu;
    run(command)?;
    Ok((cpu::children().cpu - before).as_secs_f64())
}

/// The root of the workspace this package is in.
#[must_use]
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map(Path::to_owned).unwrap_or_default()
}

/// A directory outside the workspace that goes away with this value.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes an empty one.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn new(name: &str) -> std::io::Result<Self> {
        let path = env::temp_dir().join(format!("lark-benches-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is in the directory for temporary files.
        _ = std::fs::remove_dir_all(&self.0);
    }
}
