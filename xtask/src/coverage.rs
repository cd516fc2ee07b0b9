//! `coverage`: operations in the specs, emitted, skipped and why.

use std::collections::BTreeMap;

use lark_codegen::{
    Documentation, Documented, PageStream, PagedOperation, ProjectCoverage, SkipReason, Skipped,
};

use crate::error::Error;
use crate::project::Project;

/// Most lost texts that are shown.
const MAX_LOST: usize = 40;

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
    let skipped: Vec<&Skipped> = projects.iter().flat_map(|it| &it.skipped).collect();
    let is_proven = |it: &&&Skipped| !matches!(it.reason, SkipReason::TooFewWitnesses(_));
    let proven = operations - skipped.len() + skipped.iter().filter(is_proven).count();
    println!(
        "  {} of the operations with two or more witnesses, or previews",
        share(emitted, proven)
    );
    println!("  {} of the events", share(emitted_events, events));
    for (reason, count) in reasons(&projects) {
        println!("  {count} not emitted: {reason}");
    }
    println!("`cargo xtask coverage --skipped` lists them");
    paging(&projects);
    documentation(project)
}

/// How much of what is emitted is documented; fails if words of the specs are lost on the way.
fn documentation(project: &Project) -> Result<(), Error> {
    let Documentation { operations, fields, values, lost, .. } =
        lark_codegen::documentation(&project.inputs()?)?;
    documented("operations have a summary", operations);
    documented("fields have a description", fields);
    documented("values of enums have a meaning", values);
    if lost.is_empty() {
        return Ok(());
    }
    let lines = lost.iter().map(|it| format!("{} lacks {:?} of {}", it.item, it.text, it.place));
    let shown: Vec<String> = lines.take(MAX_LOST).collect();
    let count = lost.len();
    Err(Error::Findings(format!(
        "{}\n{count} texts of the specs are not in the rustdoc of their items",
        shown.join("\n")
    )))
}

fn documented(what: &str, Documented { emitted, stated, documented, .. }: Documented) {
    let share = share(documented, emitted);
    println!("{documented} of {emitted} {what} ({share}); the specs have {stated}");
}

/// In percent, rounded down, so that 100 means all.
fn share(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(1000);
    match (tenths / 10, tenths % 10) {
        (percent, 0) => format!("{percent} %"),
        (percent, tenth) => format!("{percent}.{tenth} %"),
    }
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
