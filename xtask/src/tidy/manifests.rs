//! Manifests: sorted dependencies, and what a crate needs before it can be published.

use toml_edit::DocumentMut;

use crate::error::Error;
use crate::project::Project;

/// What every published crate says, word for word.
const PUBLISHED: [&str; 9] = [
    "readme = \"README.md\"",
    "version.workspace = true",
    "edition.workspace = true",
    "rust-version.workspace = true",
    "license.workspace = true",
    "keywords.workspace = true",
    "[package.metadata.docs.rs]",
    "all-features = true",
    "rustdoc-args = [\"--cfg\", \"docsrs\"]",
];

/// Checks every manifest of the workspace, and that of the fuzz targets.
pub(crate) fn check(project: &Project, findings: &mut Vec<String>) -> Result<(), Error> {
    for path in project.manifests()? {
        let text = project.read(&path)?;
        unsorted(&path, &text, findings);
        if path == "Cargo.toml" {
            continue;
        }
        let manifest = text.parse::<DocumentMut>();
        let manifest = manifest.map_err(|error| Error::Usage(format!("{path}: {error}")))?;
        let package = &manifest["package"];
        let is_published = package.get("publish").and_then(|it| it.as_bool()) != Some(false);
        if is_published != path.starts_with("crates/") {
            findings.push(format!("{path}: `publish = false` unless it is in crates/"));
        }
        if is_published {
            let description = package.get("description").and_then(|it| it.as_str());
            published(&path, &text, description.unwrap_or_default(), findings);
        }
    }
    Ok(())
}

fn published(path: &str, text: &str, description: &str, findings: &mut Vec<String>) {
    if !description.starts_with("Feishu / Lark") {
        findings.push(format!("{path}: the description begins with `Feishu / Lark`"));
    }
    for expected in PUBLISHED {
        if !text.lines().any(|line| line == expected) {
            findings.push(format!("{path}: no line `{expected}`"));
        }
    }
}

/// Dependencies and features are in alphabetical order within each group; a blank line begins a new
/// one. `default` is the first feature.
fn unsorted(path: &str, text: &str, findings: &mut Vec<String>) {
    let mut table = "";
    let mut last = "";
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if line.is_empty() || line.starts_with('[') {
            last = "";
        }
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']');
            if let Some((_, name)) = table.split_once("dependencies.") {
                let found = format!("{name} belongs in the list of dependencies, on one line");
                findings.push(format!("{path}:{number}: {found}"));
            }
        }
        let is_sorted = table.ends_with("dependencies") || table == "features";
        if !is_sorted {
            continue;
        }
        if let Some((found, before)) = unsorted_list(line) {
            findings.push(format!("{path}:{number}: {found} belongs before {before}"));
        }
        // What goes on from the line before is indented, or closes a bracket.
        if !line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        let is_default = table == "features" && name == "default";
        if name < last && !is_default || is_default && !last.is_empty() {
            findings.push(format!("{path}:{number}: {name} belongs before {last}"));
        }
        // Anything may follow `default`.
        last = if is_default { "-" } else { name };
    }
}

/// The first text that is out of order in the list of a line.
fn unsorted_list(line: &str) -> Option<(&str, &str)> {
    let (_, list) = line.split_once('[')?;
    let list: Vec<_> = list.split(']').next()?.split('"').skip(1).step_by(2).collect();
    list.windows(2).find(|pair| pair[1] < pair[0]).map(|pair| (pair[1], pair[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        unsorted("Cargo.toml", text, &mut findings);
        findings
    }

    #[test]
    fn groups_are_sorted_each_on_its_own() {
        let text = "[lib]\nb = []\na = []\n\n[features]\ndefault = [\"a\", \"b\"]\na = []\nb = []\n\n[dependencies]\nhttp = \"1\"\n# why\nurl.workspace = true\n\naes = \"1\"\n";
        assert_eq!(findings(text), Vec::<String>::new());
    }

    #[test]
    fn what_is_out_of_order_is_named() {
        let text = "[workspace.dependencies]\nbase64 = \"1\"\nbase64-simd = { version = \"1\", features = [\n  \"a\",\n] }\nbase = \"1\"\n";
        assert_eq!(findings(text), ["Cargo.toml:6: base belongs before base64-simd"]);
    }

    #[test]
    fn every_way_to_write_a_list_is_sorted() {
        let table = "[dependencies.zzz]\nversion = \"1\"\n";
        let found = "Cargo.toml:1: zzz belongs in the list of dependencies, on one line";
        assert_eq!(findings(table), [found]);
        let target = "[target.'cfg(unix)'.dependencies.zzz]\n";
        assert_eq!(findings(target), [found]);
        let features = "[features]\nb = []\na = []\ndefault = []\n";
        assert_eq!(
            findings(features),
            ["Cargo.toml:3: a belongs before b", "Cargo.toml:4: default belongs before a"]
        );
        let lists = "[dev-dependencies]\na = { features = [\"c\", \"b\"] }\n";
        assert_eq!(findings(lists), ["Cargo.toml:2: b belongs before c"]);
    }

    #[test]
    fn a_published_crate_is_described_and_documented() {
        let mut findings = Vec::new();
        published("crates/a/Cargo.toml", &PUBLISHED[1..].join("\n"), "Lark", &mut findings);
        assert_eq!(
            findings,
            [
                "crates/a/Cargo.toml: the description begins with `Feishu / Lark`",
                "crates/a/Cargo.toml: no line `readme = \"README.md\"`",
            ]
        );
    }
}
