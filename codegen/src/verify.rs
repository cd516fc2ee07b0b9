//! The gate against echo: what is emitted, held against facts that did not make it.
//!
//! The facts are those of the tables of the official pages. Both directions are compared, whatever
//! the day of the page: a page says when it changed, and not when a member came.

mod compare;
mod difference;
mod family;
mod pages;
mod reasons;

use std::collections::BTreeMap;

pub use difference::{Difference, DifferenceKind};

use crate::Inputs;
use crate::error::{Error, Errors, Place};
use crate::workspace::Workspace;
use compare::Tally;
use pages::Page;
use reasons::Reasons;

/// What the emitted operations are held against.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The text of api-specs/witness/pages.txt.
    pub pages: String,
    /// The text of api-specs/witness/differences.toml.
    pub differences: String,
}

/// What came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verification {
    /// Operations that have a page.
    pub operations: usize,
    /// Facts that were compared: types, what is required, tokens, whether a list has pages.
    pub compared: usize,
    /// Differences with a reason.
    pub explained: usize,
    /// Differences without one.
    pub unexplained: Vec<Difference>,
    /// Lines of differences.toml that say nothing true.
    pub stale: Vec<String>,
    /// What no page covers.
    pub unproven: Unproven,
}

/// What no page covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unproven {
    /// Operations without a page.
    pub operations: Vec<String>,
    /// Operations whose page does not name their tokens.
    pub tokens: Vec<String>,
    /// Events; the pages of events are not among the facts.
    pub events: Vec<String>,
    /// Members of objects whose members no page lists, `operation table.path.*`, and members whose place
    /// a page lost.
    pub members: Vec<String>,
    /// Members that no page lists although it lists their siblings; each has its reason.
    pub unlisted: Vec<String>,
}

/// Compares every emitted operation with its page.
///
/// # Errors
///
/// Everything that is wrong with the inputs and the evidence.
pub fn verify(inputs: &Inputs, evidence: &Evidence) -> Result<Verification, Errors> {
    let workspace = Workspace::build(inputs)?;
    let mut errors = Vec::new();
    let pages = by_operation(pages::parse(&evidence.pages, &mut errors), &mut errors);
    let reasons = Reasons::parse(&evidence.differences, &mut errors);
    let (operations, mut tally) = compare_all(&workspace, pages);
    let documents = workspace.crates.crates.iter().flat_map(|it| workspace.documents_of(it));
    let events = documents.flat_map(|it| &it.events).map(|event| event.id.clone());
    tally.unproven.events = events.collect();
    let (compared, differences, mut unproven) = tally.finish();
    let differences = differences.into_vec();
    let unlisted = differences.iter().filter(|it| it.kind == DifferenceKind::Unlisted);
    unproven.unlisted = unlisted.map(|it| it.place.clone()).collect();
    let found = differences.len();
    let (unexplained, stale) = reasons.explain(differences);
    let explained = found - unexplained.len();
    let verification =
        Verification { operations, compared, explained, unexplained, stale, unproven };
    Errors::unless(errors, verification)
}

fn compare_all(workspace: &Workspace, mut pages: BTreeMap<String, Page>) -> (usize, Tally) {
    let (mut operations, mut tally) = (0, Tally::default());
    for entry in &workspace.crates.crates {
        for document in workspace.documents_of(entry) {
            for operation in document.emitted() {
                match pages.remove(&operation.id) {
                    Some(page) => {
                        operations += 1;
                        tally.compare(document, operation, &page);
                    }
                    None => tally.unproven.operations.push(operation.id.clone()),
                }
            }
        }
    }
    for id in pages.into_keys() {
        let sides = (String::new(), String::new());
        tally.differences.add(DifferenceKind::Operation, id, sides, None);
    }
    (operations, tally)
}

fn by_operation(pages: Vec<Page>, errors: &mut Vec<Error>) -> BTreeMap<String, Page> {
    let mut by_operation = BTreeMap::new();
    for page in pages {
        if let Some(twin) = by_operation.insert(page.operation.clone(), page) {
            let found = format!("`{}` twice", twin.operation);
            errors.push(Error::new(pages::FILE, Place::File, "one page an operation", found));
        }
    }
    by_operation
}
