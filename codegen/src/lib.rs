//! Turns the OpenAPI documents of the Lark open platform into Rust crates.
//!
//! Documents in, a map of path to text out: load (parse, apply overlays, read) -> lower (flat requests,
//! named types, Rust names) -> check (collisions) -> emit. Nothing here touches the disk; the caller
//! reads the inputs and writes, or compares, the output.

mod load;

mod lower;

mod model;

mod check;

mod emit;

mod config;
mod coverage;
mod documentation;
mod emitted;
mod error;
mod event_rules;
mod lock;
mod output;
mod verify;
mod workspace;

pub use coverage::{PageStream, PagedOperation, ProjectCoverage, SkipReason, Skipped};
pub use documentation::{Documentation, Documented, Lost, documentation};
pub use error::{Error, Errors, Place};
pub use lock::{Broken, LOCKS, Locks, lock};
pub use output::{CrateSummary, Output};
pub use verify::{Difference, DifferenceKind, Evidence, Unproven, Verification, verify};

use workspace::Workspace;

/// Everything that is generated from.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Path from the project root and text of every `api-specs/<project>/<version>.json`.
    pub documents: Vec<(String, String)>,
    /// Path from the project root and text of every `api-specs/overlays/*.json`.
    pub overlays: Vec<(String, String)>,
    /// The text of api-specs/error-codes.json; empty without one.
    pub error_codes: String,
    /// The text of codegen/crates.toml.
    pub crates: String,
    /// The text of codegen/names.toml.
    pub names: String,
    /// The text of codegen/events.toml.
    pub events: String,
}

/// Which crates to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every crate, the test expressions and the sandbox's specs.
    All,
    /// The crates of these projects and their test expressions, and nothing else.
    Projects(Vec<String>),
}

/// Generates the files of the selected crates.
///
/// # Errors
///
/// Everything that is wrong with the inputs, in all documents whatever the selection, and a
/// selected project that crates.toml does not list.
pub fn generate(inputs: &Inputs, selection: &Selection) -> Result<Output, Errors> {
    let workspace = Workspace::build(inputs)?;
    output::emit(&workspace, selection)
}

/// How much of every project in the specs is emitted.
///
/// # Errors
///
/// Everything that is wrong with the inputs.
pub fn coverage(inputs: &Inputs) -> Result<Vec<ProjectCoverage>, Errors> {
    let workspace = Workspace::build(inputs)?;
    Ok(coverage::coverage(&workspace.documents, &workspace.crates))
}
