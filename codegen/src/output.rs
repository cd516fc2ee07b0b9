//! The result: files, what each crate has, and which directories belong to the generator.

use std::collections::BTreeMap;

use crate::Selection;
use crate::config::CrateEntry;
use crate::emit::{domain, sandbox, sweep};
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
    for &entry in &entries {
        let documents = workspace.documents_of(entry);
        let left_out = workspace.left_out(entry);
        let files = domain::files(entry, &documents, &left_out, &mut errors);
        let generated = format!("crates/{}/src/generated", entry.name);
        output.crates.push(summary(entry, &documents, &left_out, &files));
        output.owned.push(generated);
        output.files.extend(files);
        output.files.extend([sweep::file(entry, &documents)]);
    }
    if *selection == Selection::All {
        output.files.extend([sweep::root(&entries)]);
        output.files.extend(sandbox::files(&workspace.loaded));
        output.owned.extend([sweep::DIRECTORY, sandbox::SPECS, sandbox::TABLES].map(str::to_owned));
    }
    Errors::unless(errors, output)
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
        skipped: left_out.iter().map(|id| (*id).to_owned()).collect(),
        paged: count(|it| it.paging.pages.is_some()),
        events: documents.iter().map(|it| it.events.len()).sum(),
        models: documents.iter().map(|it| it.reached_models().count()).sum(),
        enums: documents.iter().map(|it| it.reached_enums().count()).sum(),
        lines: lines.map(|(_, text)| text.lines().count()).sum(),
    }
}
