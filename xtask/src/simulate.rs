//! `simulate`: the simulation of the long connection, with optimized code.

use crate::cargo;
use crate::error::Error;
use crate::project::Project;

/// Runs many seeds, or one alone.
pub(crate) fn run(
    project: &Project,
    runs: u64,
    first: u64,
    seed: Option<u64>,
) -> Result<(), Error> {
    let arguments = ["test", "--release", "--package", "lark-ws", "--test", "simulation"];
    let mut command = cargo::command(project, &arguments);
    command.args(["--", "--nocapture", "no_fault"]);
    match seed {
        Some(seed) => command.env("LARK_WS_SEED", seed.to_string()),
        None => {
            command.env("LARK_WS_RUNS", runs.to_string());
            command.env("LARK_WS_FIRST_SEED", first.to_string())
        }
    };
    cargo::run(&mut command)
}
