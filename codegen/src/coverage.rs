//! How much of the specs becomes code, and why the rest does not.

use std::fmt;

use crate::config::Crates;
use crate::model::{Document, Operation, Pages};

/// What one project has and what of it is emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectCoverage {
    /// `im`
    pub project: String,
    /// `v1`, `v2`
    pub versions: Vec<String>,
    /// The crate it becomes, if crates.toml lists it.
    pub crate_name: Option<String>,
    /// Operations in the specs.
    pub operations: usize,
    /// Operations that are emitted.
    pub emitted: usize,
    /// Every operation that is not emitted.
    pub skipped: Vec<Skipped>,
    /// Every operation with a page token, be it in the request or in the answer.
    pub paged: Vec<PagedOperation>,
    /// Events in the specs.
    pub events: usize,
    /// Events that are emitted.
    pub emitted_events: usize,
}

/// An operation that is not emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// `vc.v1.bot.join`
    pub operation: String,
    /// Why.
    pub reason: SkipReason,
}

/// An operation with a page token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagedOperation {
    /// `contact.v3.user.list`
    pub operation: String,
    /// Whether the token is in both, request and answer.
    pub in_both: bool,
    /// What becomes of it.
    pub stream: PageStream,
}

/// What becomes of an operation with a page token, once it is emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageStream {
    /// A stream of items, and of pages.
    Items,
    /// A stream of pages: a page is not one list.
    Pages,
    /// No stream, for this reason.
    No(String),
    /// No stream, and nobody has said why.
    Unresolved,
}

/// Why an operation is not emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// Fewer than two independent sources state it; this many do.
    TooFewWitnesses(usize),
    /// crates.toml does not list its project.
    NoCrate,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SkipReason::TooFewWitnesses(count) => {
                write!(f, "fewer than two witnesses ({count})")
            }
            SkipReason::NoCrate => f.write_str("its project is not listed in crates.toml"),
        }
    }
}

/// The coverage of every project, in the order of their names.
pub(crate) fn coverage(documents: &[Document], crates: &Crates) -> Vec<ProjectCoverage> {
    let mut projects: Vec<ProjectCoverage> = Vec::new();
    for document in documents {
        if projects.last().is_none_or(|last| last.project != document.project) {
            projects.push(empty(&document.project, crates));
        }
        let project = projects.last_mut().expect("one was pushed");
        add(project, document);
    }
    projects
}

fn empty(project: &str, crates: &Crates) -> ProjectCoverage {
    let entry = crates.crates.iter().find(|entry| entry.project == project);
    ProjectCoverage {
        project: project.to_owned(),
        versions: Vec::new(),
        crate_name: entry.map(|entry| entry.name.clone()),
        operations: 0,
        emitted: 0,
        skipped: Vec::new(),
        paged: Vec::new(),
        events: 0,
        emitted_events: 0,
    }
}

fn add(project: &mut ProjectCoverage, document: &Document) {
    project.versions.push(document.version.clone());
    project.operations += document.operations.len();
    project.events += document.events.len();
    let is_listed = project.crate_name.is_some();
    if is_listed {
        project.emitted_events += document.events.len();
    }
    project.paged.extend(document.operations.iter().filter_map(paged));
    for operation in &document.operations {
        let reason = match (operation.is_emitted(), is_listed) {
            (true, true) => {
                project.emitted += 1;
                continue;
            }
            (false, _) => SkipReason::TooFewWitnesses(operation.witnesses.len()),
            (true, false) => SkipReason::NoCrate,
        };
        project.skipped.push(Skipped { operation: operation.id.clone(), reason });
    }
}

fn paged(operation: &Operation) -> Option<PagedOperation> {
    let paging = &operation.paging;
    let stream = match (&paging.pages, &paging.why_not) {
        (Some(Pages { items: Some(_), .. }), _) => PageStream::Items,
        (Some(_), _) => PageStream::Pages,
        (None, _) if !(paging.in_request || paging.in_answer) => return None,
        (None, Some(reason)) => PageStream::No(reason.clone()),
        (None, None) => PageStream::Unresolved,
    };
    let in_both = paging.in_request && paging.in_answer;
    Some(PagedOperation { operation: operation.id.clone(), in_both, stream })
}
