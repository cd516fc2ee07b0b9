//! `cargo xtask`: the workspace's own commands.
//!
//! Exit codes: 0 done, 1 something is to be mended (differences, findings), 2 the command or its
//! inputs are wrong.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod cargo;
mod counts;
mod coverage;
mod crate_lists;
mod error;
mod generate;
mod marked;
mod names;
mod new_domain;
mod package;
mod project;
mod simulate;
mod tidy;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::project::Project;

/// The workspace's own commands.
///
/// Exit codes: 0 done, 1 something is to be mended, 2 wrong use or wrong inputs.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the domain crates from api-specs.
    ///
    /// Without PROJECT also the sandbox's specs, the test expressions, and all lists of crates. Files
    /// that are no longer generated are deleted.
    Gen {
        /// Change nothing; fail and show the differences if anything would change.
        #[arg(long)]
        check: bool,
        /// Why public names vanish or change: recorded in the locks, codegen/names.
        #[arg(long, value_name = "REASON", conflicts_with = "check")]
        acknowledge: Option<String>,
        /// Projects as in api-specs/PROJECT: im, contact, task. All if none is named.
        #[arg(value_name = "PROJECT")]
        projects: Vec<String>,
    },
    /// Show how much of the specs is emitted, per project, and why the rest is not.
    Coverage {
        /// List every operation that is not emitted.
        #[arg(long)]
        skipped: bool,
    },
    /// Check the house rules: sizes of files and functions, leftovers, manifests, READMEs, and the
    /// documentation: it builds without a warning, and the foreign types in it are listed.
    Tidy {
        /// Leave out the documentation, which takes a minute.
        #[arg(long)]
        fast: bool,
    },
    /// Hold what is emitted against the tables of the official pages.
    ///
    /// A difference is mended by an overlay or has its reason in api-specs/witness/differences.toml.
    Verify {
        /// Name what no page covers.
        #[arg(long)]
        list: bool,
    },
    /// Run the official SDKs for Node and Python, unchanged, against the sandbox.
    ///
    /// Needs node with npm, and python3 with pip. Their packages come from npm and PyPI, in the versions that
    /// tests/peers names, and stay below the target folder.
    Peers {
        /// Leave out one of them.
        #[arg(long, value_name = "PEER", value_parser = ["node", "python"])]
        skip: Vec<String>,
    },
    /// Run the simulation of the long connection with optimized code: random faults that a seed
    /// determines.
    Simulate {
        /// How many seeds.
        #[arg(long, default_value_t = 100_000)]
        runs: u64,
        /// The first seed.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// Run this seed alone, and print what happens.
        #[arg(long, conflicts_with_all = ["runs", "first"])]
        seed: Option<u64>,
    },
    /// Package the published crates, and check that each package is whole.
    Package,
    /// Make the crate of one more project: adds it to codegen/crates.toml, then generates it.
    NewDomain {
        /// The project as in api-specs/PROJECT.
        project: String,
        /// What the crate covers: "shifts, groups and attendance records".
        #[arg(long)]
        summary: String,
        /// The same in Chinese, for README.zh-CN.md.
        #[arg(long)]
        summary_zh: String,
        /// The operation that its README calls first: "attendance.v1.user_task.query". Needed if it has
        /// operations.
        #[arg(long, requires = "example_request")]
        example: Option<String>,
        /// The expression for its request, with values that make sense.
        #[arg(long)]
        example_request: Option<String>,
        /// The event that its README handles. Needed if it has events.
        #[arg(long)]
        example_event: Option<String>,
    },
}

fn main() -> ExitCode {
    if let Some(code) = tidy::run_as_rustdoc() {
        return code;
    }
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    let project = Project::find()?;
    match command {
        Command::Gen { check: true, projects, .. } => generate::check(&project, projects),
        Command::Gen { check: false, acknowledge, projects } => {
            generate::write(&project, projects, acknowledge.as_deref())
        }
        Command::Coverage { skipped: false } => coverage::summary(&project),
        Command::Coverage { skipped: true } => coverage::skipped(&project),
        Command::Tidy { fast } => tidy::check(&project, fast),
        Command::Verify { list } => verify::check(&project, list),
        Command::Simulate { runs, first, seed } => simulate::run(&project, runs, first, seed),
        Command::Package => package::check(&project),
        Command::Peers { skip } => {
            let mut command = cargo::command(&project, &["run", "--package", "lark-peers", "--"]);
            for peer in &skip {
                command.args(["--skip", peer]);
            }
            cargo::run(&mut command)
        }
        Command::NewDomain {
            project: name,
            summary,
            summary_zh,
            example,
            example_request,
            example_event,
        } => {
            let optional = [
                ("example", example),
                ("example_request", example_request),
                ("example_event", example_event),
            ];
            let optional = optional.into_iter().filter_map(|(key, text)| Some((key, text?)));
            let keys = [("summary", summary), ("summary_zh", summary_zh)];
            let keys: Vec<(&str, String)> = keys.into_iter().chain(optional).collect();
            new_domain::add(&project, &name, &keys)?;
            generate::write(&project, Vec::new(), None)
        }
    }
}
