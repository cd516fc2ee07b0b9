//! `gen`: one comparison of what is with what should be; writing and checking only differ in what
//! they do about it.

use std::fmt::Write as _;
use std::time::Instant;

use lark_codegen::{CrateSummary, Output, Selection, generate};
use similar::TextDiff;

use crate::crate_lists;
use crate::error::Error;
use crate::names;
use crate::project::Project;

/// Most lines of a difference that are shown for one file, and in all.
const MAX_LINES_A_FILE: usize = 40;
const MAX_LINES: usize = 400;

/// A file that is not as it should be.
enum Change {
    /// It is missing or differs: the path, what is there, and what should be.
    Write { path: String, old: Option<String>, new: String },
    /// It should not be there.
    Remove { path: String },
}

/// Generates and writes, or writes nothing if a public name vanishes or changes. `acknowledge` is the
/// reason why one does.
pub(crate) fn write(
    project: &Project,
    projects: Vec<String>,
    acknowledge: Option<&str>,
) -> Result<(), Error> {
    let start = Instant::now();
    let (output, broken) = run(project, projects, acknowledge)?;
    names::unless_broken(&broken)?;
    let changes = changes(project, &output)?;
    for change in &changes {
        match change {
            Change::Write { path, new, .. } => project.write(path, new)?,
            Change::Remove { path } => project.remove(path)?,
        }
    }
    output.crates.iter().for_each(|it| println!("{}", line(it)));
    let files = output.files.len();
    println!("{}, {files} files, {} changed, {}", total(&output), changes.len(), since(start));
    Ok(())
}

/// Generates and compares.
pub(crate) fn check(project: &Project, projects: Vec<String>) -> Result<(), Error> {
    let start = Instant::now();
    let (output, broken) = run(project, projects, None)?;
    names::unless_broken(&broken)?;
    let changes = changes(project, &output)?;
    if changes.is_empty() {
        println!("{}, all as generated, {}", total(&output), since(start));
        return Ok(());
    }
    let mut report = String::new();
    for change in &changes {
        describe(change, &mut report);
    }
    let shown: Vec<_> = report.lines().take(MAX_LINES).collect();
    let count = match changes.len() {
        1 => "1 file is".to_owned(),
        count => format!("{count} files are"),
    };
    let advice = format!("{count} not as generated; run `cargo xtask gen`");
    Err(Error::Findings(format!("{}\n{advice}", shown.join("\n"))))
}

fn run(
    project: &Project,
    projects: Vec<String>,
    acknowledge: Option<&str>,
) -> Result<(Output, Vec<String>), Error> {
    let selection =
        if projects.is_empty() { Selection::All } else { Selection::Projects(projects) };
    let mut output = generate(&project.inputs()?, &selection)?;
    if selection == Selection::All {
        crate_lists::add(project, &mut output)?;
    }
    let broken = names::lock(project, &selection, &mut output, acknowledge)?;
    Ok((output, broken))
}

fn changes(project: &Project, output: &Output) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for (path, new) in &output.files {
        let old = if project.path(path).exists() { Some(project.read(path)?) } else { None };
        if old.as_ref() != Some(new) {
            changes.push(Change::Write { path: path.clone(), old, new: new.clone() });
        }
    }
    for directory in &output.owned {
        let stale = project.files_below(directory)?.into_iter();
        let stale = stale.filter(|path| !output.files.contains_key(path));
        changes.extend(stale.map(|path| Change::Remove { path }));
    }
    Ok(changes)
}

fn describe(change: &Change, report: &mut String) {
    match change {
        Change::Remove { path } => _ = writeln!(report, "stale: {path}"),
        Change::Write { path, old: None, .. } => _ = writeln!(report, "missing: {path}"),
        Change::Write { path, old: Some(old), new } => {
            let diff = TextDiff::from_lines(old, new);
            let text = diff.unified_diff().context_radius(1).header(path, "generated").to_string();
            // The sandbox's specs are one line of 100 KB each.
            let lines = text.lines().take(MAX_LINES_A_FILE);
            lines.for_each(|line| _ = writeln!(report, "{line:.160}"));
        }
    }
}

fn line(it: &CrateSummary) -> String {
    let per_operation = it.lines / it.operations.max(1);
    format!(
        "{:<16} {:>4} operations {:>3} events {:>4} models {:>3} enums {:>6} lines, {per_operation} an operation{}",
        it.name,
        it.operations,
        it.events,
        it.models,
        it.enums,
        it.lines,
        if it.skipped.is_empty() {
            String::new()
        } else {
            format!(", {} skipped", it.skipped.len())
        },
    )
}

fn total(output: &Output) -> String {
    let sum = |of: fn(&CrateSummary) -> usize| output.crates.iter().map(of).sum::<usize>();
    let (crates, lines) = (output.crates.len(), sum(|it| it.lines));
    format!("{crates} crates, {} operations, {lines} lines", sum(|it| it.operations))
}

fn since(start: Instant) -> String {
    format!("{:.1} s", start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const CRATES: &str = r#"
[[crate]]
project = "demo"
name = "lark-demo"
summary = "trees of records"
summary_zh = "演示"
example = "demo.v1.app.role.member.batch_create"
example_request = "v1::app_role_member::batch_create('a', 'r')"
"#;
    const DOCUMENT: &str = include_str!("../../codegen/tests/fixtures/nested_resource.json");

    fn files(project: &Project) -> BTreeMap<String, String> {
        let below = |it| project.files_below(it).expect("readable");
        let paths = below("crates").into_iter().chain(below("codegen")).chain(below("tests"));
        paths.map(|path| (path.clone(), project.read(&path).expect("readable"))).collect()
    }

    #[test]
    fn nothing_is_written_if_a_name_vanishes_without_a_reason() {
        let directory = tempfile::tempdir().expect("a directory");
        let project = Project::at(directory.path());
        let put = |path: &str, text: &str| project.write(path, text).expect("writable");
        put("api-specs/error-codes.json", "");
        put("api-specs/demo/v1.json", DOCUMENT);
        put("codegen/crates.toml", CRATES);
        put("codegen/names.toml", "");
        put("codegen/events.toml", "");
        let generate = |reason| write(&project, vec!["demo".to_owned()], reason);
        generate(None).expect("names are new");
        let locked = files(&project);
        assert!(locked.keys().any(|path| path.ends_with(".lock")), "{:?}", locked.keys());

        put("api-specs/demo/v1.json", &DOCUMENT.replace("batch_create", "batch_add"));
        put("codegen/crates.toml", &CRATES.replace("batch_create", "batch_add"));
        let before = files(&project);
        let error = generate(None).expect_err("a name has vanished").to_string();
        assert!(error.contains("batch_create"), "{error}");
        assert!(files(&project) == before, "something was written");
        generate(Some("it is meant")).expect("there is a reason");
        assert!(files(&project) != before, "nothing was written");
    }
}
