//! The result: files, what each crate has, and which directories belong to the generator.

use std::collections::BTreeMap;
use std::iter;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Selection;
use crate::config::CrateEntry;
use crate::emit::{domain, facade, operation_index, sandbox, sweep};
use crate::error::{Error, Errors, Place};
use crate::model::{Document, Operation};
use crate::workspace::Workspace;

/// What was generated.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Output {
    /// Path from the project root to text.
    pub files: BTreeMap<String, String>,
    /// Directories in which every file is generated: one that is not in `files` is stale.
    pub owned: Vec<String>,
    /// What each crate has, in the order of crates.toml.
    pub crates: Vec<CrateSummary>,
}

/// What one crate has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrateSummary {
    /// `lark-im`
    pub name: String,
    /// `im`
    pub project: String,
    /// What it covers, in English: `messages, chats and cards`.
    pub summary: String,
    /// The same in Chinese.
    pub summary_zh: String,
    /// `v1`, `v2`: its modules.
    pub versions: Vec<String>,
    /// Operations that were emitted.
    pub operations: usize,
    /// Those of them that are behind the feature `preview`.
    pub previews: usize,
    /// Features of its hand-written modules.
    pub features: Vec<String>,
    /// Operations that were not, because fewer than two sources state them.
    pub skipped: Vec<String>,
    /// Operations whose answer is a page.
    pub paged: usize,
    /// Event payloads.
    pub events: usize,
    /// Structs that are neither requests nor event payloads.
    pub models: usize,
    /// Open enums.
    pub enums: usize,
    /// Lines under src/generated.
    pub lines: usize,
}

/// Emits the selected crates.
pub(crate) fn emit(workspace: &Workspace, selection: &Selection) -> Result<Output, Errors> {
    let entries = select(workspace, selection)?;
    let mut errors = Vec::new();
    let mut output = Output::default();
    for (it, mistakes) in parallel(&entries, |entry| emit_crate(workspace, entry)) {
        output.crates.push(it.summary);
        output.owned.push(it.generated);
        output.files.extend(it.files);
        errors.extend(mistakes);
    }
    if *selection == Selection::All {
        let crates: Vec<_> =
            entries.iter().map(|entry| (*entry, workspace.documents_of(entry))).collect();
        output.files.extend(facade::files(&crates));
        output.files.extend([sweep::root(&entries), operation_index::index(&crates)]);
        output.files.extend(sandbox::files(&workspace.loaded, &workspace.error_codes.codes));
        let owned = [sweep::DIRECTORY, operation_index::DIRECTORY, sandbox::SPECS, sandbox::TABLES];
        output.owned.extend(owned.map(str::to_owned));
    }
    Errors::unless(errors, output)
}

/// One crate while the others are emitted.
struct Emitted {
    summary: CrateSummary,
    /// The directory of its generated modules.
    generated: String,
    files: BTreeMap<String, String>,
}

fn emit_crate(workspace: &Workspace, entry: &CrateEntry) -> (Emitted, Vec<Error>) {
    let mut errors = Vec::new();
    let documents = workspace.documents_of(entry);
    let generated = format!("crates/{}/src/generated", entry.name);
    let left_out = workspace.left_out(entry);
    let mut files = domain::files(entry, &documents, &left_out, &mut errors);
    let summary = summary(entry, &documents, &left_out, &files);
    files.extend([sweep::file(entry, &documents)]);
    files.extend([operation_index::page(entry, &documents, &left_out)]);
    (Emitted { summary, generated, files }, errors)
}

/// `work` on every item, on all processors: printing Rust is what generating takes its time for.
fn parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        items.get(at).map(|item| (at, work(item)))
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..workers).map(|_| scope.spawn(|| iter::from_fn(take).collect::<Vec<_>>())).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results.flat_map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn select<'w>(
    workspace: &'w Workspace,
    selection: &Selection,
) -> Result<Vec<&'w CrateEntry>, Errors> {
    let all = &workspace.crates.crates;
    let Selection::Projects(projects) = selection else { return Ok(all.iter().collect()) };
    let mut errors = Vec::new();
    for project in projects {
        if !all.iter().any(|entry| entry.project == *project) {
            let known: Vec<&str> = all.iter().map(|entry| entry.project.as_str()).collect();
            let expected = format!("a project listed there: {}", known.join(", "));
            let found = format!("`{project}`");
            errors.push(Error::new("codegen/crates.toml", Place::File, expected, found));
        }
    }
    let entries = all.iter().filter(|entry| projects.contains(&entry.project)).collect();
    Errors::unless(errors, entries)
}

fn summary(
    entry: &CrateEntry,
    documents: &[&Document],
    left_out: &[&str],
    files: &BTreeMap<String, String>,
) -> CrateSummary {
    let lines = files.iter().filter(|(path, _)| path.contains("/src/generated/"));
    let count = |is_counted: fn(&Operation) -> bool| {
        let operations = documents.iter().flat_map(|it| it.emitted());
        operations.filter(|operation| is_counted(operation)).count()
    };
    CrateSummary {
        name: entry.name.clone(),
        project: entry.project.clone(),
        summary: entry.summary.clone(),
        summary_zh: entry.summary_zh.clone(),
        versions: documents.iter().map(|it| it.version.clone()).collect(),
        operations: count(|_| true),
        previews: count(Operation::is_preview),
        features: entry.features.iter().map(|it| it.name.clone()).collect(),
        skipped: left_out.iter().map(|id| (*id).to_owned()).collect(),
        paged: count(|it| it.paging.pages.is_some()),
        events: documents.iter().map(|it| it.events.len()).sum(),
        models: documents.iter().map(|it| it.reached_models().count()).sum(),
        enums: documents.iter().map(|it| it.reached_enums().count()).sum(),
        lines: lines.map(|(_, text)| text.lines().count()).sum(),
    }
}
