//! `coverage`: operations in the specs, emitted, skipped and why.

use std::collections::BTreeMap;

use lark_codegen::{PageStream, PagedOperation, ProjectCoverage, SkipReason};

use crate::error::Error;
use crate::project::Project;

/// Prints a line a project and the totals.
pub(crate) fn summary(project: &Project) -> Result<(), Error> {
    let (documents, projects) = load(project)?;
    println!(
        "{:<24} {:<10} {:<16} {:>5} {:>7} {:>7} {:>6} {:>7}",
        "project", "versions", "crate", "ops", "emitted", "skipped", "events", "emitted"
    );
    for it in &projects {
        println!(
            "{:<24} {:<10} {:<16} {:>5} {:>7} {:>7} {:>6} {:>7}",
            it.project,
            it.versions.join(" "),
            it.crate_name.as_deref().unwrap_or("-"),
            it.operations,
            it.emitted,
            it.skipped.len(),
            it.events,
            it.emitted_events,
        );
    }
    let sum = |of: fn(&ProjectCoverage) -> usize| projects.iter().map(of).sum::<usize>();
    let (emitted, operations) = (sum(|it| it.emitted), sum(|it| it.operations));
    let (emitted_events, events) = (sum(|it| it.emitted_events), sum(|it| it.events));
    println!("{documents} documents of {} projects", projects.len());
    println!("{emitted} of {operations} operations emitted, {emitted_events} of {events} events");
    for (reason, count) in reasons(&projects) {
        println!("  {count} not emitted: {reason}");
    }
    println!("`cargo xtask coverage --skipped` lists them");
    paging(&projects);
    Ok(())
}

/// How many operations have a page token, and how many of them are streams.
fn paging(projects: &[ProjectCoverage]) {
    let (both, half): (Vec<&PagedOperation>, Vec<_>) =
        projects.iter().flat_map(|it| &it.paged).partition(|it| it.in_both);
    let count = |stream| both.iter().filter(|it| it.stream == stream).count();
    let (items, pages) = (count(PageStream::Items), count(PageStream::Pages));
    println!("{} operations have a page token in request and answer", both.len());
    println!("  {items} stream items and pages, {pages} pages only (a page is not one list)");
    println!("{} have one in the request or the answer only", half.len());
    for it in both.iter().chain(&half) {
        match &it.stream {
            PageStream::No(reason) => println!("  {} is not paged: {reason}", it.operation),
            PageStream::Unresolved => println!("  {} is unresolved", it.operation),
            _ => {}
        }
    }
}

/// Prints every operation that is not emitted.
pub(crate) fn skipped(project: &Project) -> Result<(), Error> {
    let (_, projects) = load(project)?;
    for skipped in projects.iter().flat_map(|it| &it.skipped) {
        println!("{}: {}", skipped.operation, skipped.reason);
    }
    Ok(())
}

fn load(project: &Project) -> Result<(usize, Vec<ProjectCoverage>), Error> {
    let inputs = project.inputs()?;
    Ok((inputs.documents.len(), lark_codegen::coverage(&inputs)?))
}

fn reasons(projects: &[ProjectCoverage]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for skipped in projects.iter().flat_map(|it| &it.skipped) {
        let reason = match skipped.reason {
            SkipReason::TooFewWitnesses(_) => "fewer than two witnesses".to_owned(),
            other => other.to_string(),
        };
        *counts.entry(reason).or_default() += 1;
    }
    counts
}
