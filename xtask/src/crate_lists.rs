//! Whatever names every crate: the tables of the READMEs, two manifests, the order of publication, and
//! the licences, of which each package has a copy.

use std::collections::BTreeMap;
use std::iter;

use lark_codegen::{CrateSummary, Output};
use toml_edit::DocumentMut;

use crate::counts::Counts;
use crate::error::Error;
use crate::marked;
use crate::project::Project;

const CRATES: &str = "crates";
const COUNTS: &str = "counts";
const ORDER: &str = "publish-order";
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];
const HEAD: &str = "| Domain | What it has | API |\n|---|---|---|\n";
const HEAD_ZH: &str = "| 业务域 | 内容 | API |\n|---|---|---|\n";

/// Adds those files to an output that has all crates.
pub(crate) fn add(project: &Project, output: &mut Output) -> Result<(), Error> {
    let manifests = manifests(project, output)?;
    let mut sorted: Vec<&CrateSummary> = output.crates.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let version = workspace_version(project)?;
    let counts = Counts::of(output);
    let lists = [
        ("README.md", COUNTS, counts.sentence()),
        ("README.zh-CN.md", COUNTS, counts.sentence_zh()),
        ("README.md", CRATES, table(HEAD, output.crates.iter().map(row))),
        ("README.zh-CN.md", CRATES, table(HEAD_ZH, output.crates.iter().map(row_zh))),
        ("Cargo.toml", CRATES, sorted.iter().map(|it| definition(it, &version)).collect()),
        ("tests/Cargo.toml", CRATES, sorted.iter().map(|it| dependency(it)).collect()),
        ("CONTRIBUTING.md", ORDER, order(&manifests)?),
    ];
    let licences = LICENCES.map(|name| Ok((name, project.read(name)?)));
    let licences = licences.into_iter().collect::<Result<Vec<_>, Error>>()?;
    for (path, name, body) in lists {
        // A file may have several lists.
        let text = match output.files.get(path) {
            Some(text) => text.clone(),
            None => project.read(path)?,
        };
        let text = marked::replace(path, &text, name, &body)?;
        output.files.insert(path.to_owned(), text);
    }
    for package in manifests.keys() {
        for (name, text) in &licences {
            output.files.insert(format!("crates/{package}/{name}"), text.clone());
        }
    }
    Ok(())
}

fn table(head: &str, rows: impl Iterator<Item = String>) -> String {
    iter::once(head.to_owned()).chain(rows).collect()
}

fn row(it: &CrateSummary) -> String {
    let versions = it.versions.join(", ");
    let only = if it.operations == 0 { ", events only" } else { "" };
    let (name, project) = (&it.name, &it.project);
    format!("| [`{name}`](crates/{name}) | {} | `{project}` {versions}{only} |\n", it.summary)
}

fn row_zh(it: &CrateSummary) -> String {
    let versions = it.versions.join("、");
    let only = if it.operations == 0 { "，仅事件" } else { "" };
    let (name, project) = (&it.name, &it.project);
    format!("| [`{name}`](crates/{name}) | {} | `{project}` {versions}{only} |\n", it.summary_zh)
}

fn definition(it: &CrateSummary, version: &str) -> String {
    let name = &it.name;
    format!("{name} = {{ path = \"crates/{name}\", version = \"{version}\" }}\n")
}

fn dependency(it: &CrateSummary) -> String {
    // The tests send previews, and the guide shows what hand-written modules do.
    let previews = (it.previews > 0).then_some("preview");
    let mut features: Vec<&str> = it.features.iter().map(String::as_str).chain(previews).collect();
    features.sort_unstable();
    match features.as_slice() {
        [] => format!("{}.workspace = true\n", it.name),
        all => format!("{} = {{ workspace = true, features = {all:?} }}\n", it.name),
    }
}

fn workspace_version(project: &Project) -> Result<String, Error> {
    let manifest = parse("Cargo.toml", &project.read("Cargo.toml")?)?;
    let version = manifest["workspace"]["package"]["version"].as_str();
    let version =
        version.ok_or_else(|| Error::Usage("Cargo.toml: expected a version".to_owned()))?;
    Ok(version.to_owned())
}

fn parse(path: &str, text: &str) -> Result<DocumentMut, Error> {
    text.parse().map_err(|error| Error::Usage(format!("{path}: {error}")))
}

/// The manifest of every crate below crates/ by its name, as it is or as it will be.
fn manifests(project: &Project, output: &Output) -> Result<BTreeMap<String, DocumentMut>, Error> {
    let mut names = project.crates()?;
    names.extend(output.files.keys().filter_map(|path| {
        let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
        Some(name.to_owned())
    }));
    let mut manifests = BTreeMap::new();
    for name in names {
        let path = format!("crates/{name}/Cargo.toml");
        let text = match output.files.get(&path) {
            Some(text) => text.clone(),
            None => project.read(&path)?,
        };
        manifests.insert(name, parse(&path, &text)?);
    }
    Ok(manifests)
}

/// A numbered list: each line needs only crates of the lines before it.
fn order(manifests: &BTreeMap<String, DocumentMut>) -> Result<String, Error> {
    let mut list = String::new();
    let mut left: Vec<(&String, Vec<String>)> = manifests
        .iter()
        .map(|(name, manifest)| (name, needs(manifest, |it| manifests.contains_key(it))))
        .collect();
    for number in 1.. {
        if left.is_empty() {
            break;
        }
        let names: Vec<&String> = left.iter().map(|(name, _)| *name).collect();
        let is_ready = |needs: &[String]| !needs.iter().any(|it| names.contains(&it));
        let (ready, rest): (Vec<_>, Vec<_>) =
            left.iter().cloned().partition(|(_, needs)| is_ready(needs));
        if ready.is_empty() {
            return Err(Error::Usage(format!("a circle of dependencies within {names:?}")));
        }
        let ready: Vec<String> = ready.iter().map(|(name, _)| format!("`{name}`")).collect();
        list += &format!("{number}. {}\n", ready.join(", "));
        left = rest;
    }
    Ok(list)
}

/// Dependencies that a registry must have before. Cargo wants those of tests, too.
fn needs(manifest: &DocumentMut, is_ours: impl Fn(&str) -> bool) -> Vec<String> {
    let tables = ["build-dependencies", "dependencies", "dev-dependencies"];
    let tables = tables.iter().filter_map(|it| manifest.get(it)?.as_table());
    let names = tables.flat_map(|it| it.iter().map(|(name, _)| name.to_owned()));
    names.filter(|it| is_ours(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(manifests: &[(&str, &str)]) -> Result<String, Error> {
        let parsed =
            manifests.iter().map(|(name, text)| Ok(((*name).to_owned(), parse(name, text)?)));
        order(&parsed.collect::<Result<_, Error>>()?)
    }

    #[test]
    fn what_a_crate_needs_comes_before_it() {
        let order = of(&[
            (
                "app",
                "[dependencies]\ncore.workspace = true\n[dev-dependencies]\nkit.workspace = true",
            ),
            ("core", "[dependencies]\nhttp = \"1\""),
            ("kit", "[dependencies]\ncore = { workspace = true }"),
            ("other", ""),
        ]);
        assert_eq!(order.expect("an order"), "1. `core`, `other`\n2. `kit`\n3. `app`\n");
    }

    #[test]
    fn a_circle_has_no_order() {
        let order = of(&[("a", "[dependencies]\nb = \"1\""), ("b", "[dependencies]\na = \"1\"")]);
        assert_eq!(
            order.expect_err("none").to_string(),
            "a circle of dependencies within [\"a\", \"b\"]"
        );
    }
}
