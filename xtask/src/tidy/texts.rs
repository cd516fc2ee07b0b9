//! Texts for people: the length of READMEs and of the pages of the guide, their examples, the Rust
//! version that READMEs state, and that CI runs what CONTRIBUTING.md lists.

use toml_edit::DocumentMut;

use super::source::uncompiled_examples;
use crate::error::Error;
use crate::project::Project;

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];
/// A README is an entrance; what is longer is a page of docs/guide.
const MAX_README: usize = 200;
/// That of a crate is all of its documentation outside the code.
const MAX_CRATE_README: usize = 250;
const MAX_GUIDE_PAGE: usize = 100;
const CONTRIBUTING: &str = "CONTRIBUTING.md";
const CI: &str = ".ci/run";

/// Checks all of them.
pub(crate) fn check(project: &Project, findings: &mut Vec<String>) -> Result<(), Error> {
    let workspace = project.read("Cargo.toml")?.parse::<DocumentMut>();
    let workspace = workspace.map_err(|error| Error::Usage(format!("Cargo.toml: {error}")))?;
    let version = workspace["workspace"]["package"]["rust-version"].as_str().unwrap_or_default();
    for path in READMES {
        readme(path, &project.read(path)?, version, findings);
    }
    for name in project.crates()? {
        let path = format!("crates/{name}/README.md");
        page(&path, &project.read(&path)?, MAX_CRATE_README, findings);
    }
    let pages = project.files_below("docs/guide")?;
    for path in pages.iter().filter(|path| path.ends_with(".md")) {
        page(path, &project.read(path)?, MAX_GUIDE_PAGE, findings);
    }
    not_run(&project.read(CONTRIBUTING)?, &project.read(CI)?, findings);
    Ok(())
}

fn readme(path: &str, text: &str, rust_version: &str, findings: &mut Vec<String>) {
    page(path, text, MAX_README, findings);
    let versions = text.split("Rust 1.").skip(1).map(|rest| {
        let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
        format!("1.{minor}")
    });
    let mut versions = versions.peekable();
    if versions.peek().is_none() {
        findings.push(format!("{path}: does not state `Rust {rust_version}`"));
    }
    for found in versions.filter(|it| it != rust_version) {
        findings.push(format!("{path}: states Rust {found}, Cargo.toml {rust_version}"));
    }
}

fn page(path: &str, text: &str, most: usize, findings: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > most {
        findings.push(format!("{path}: {lines} lines, at most {most}"));
    }
    uncompiled_examples(path, text, findings);
}

/// The commands of the first block of CONTRIBUTING.md are steps of the CI.
fn not_run(contributing: &str, ci: &str, findings: &mut Vec<String>) {
    let block = contributing.split("```").nth(1).unwrap_or_default();
    let lines = block.lines().skip(1);
    for command in lines.flat_map(|line| line.split(" && ")).filter(|it| !it.is_empty()) {
        if !ci.lines().any(|line| line.trim() == format!("step {command}")) {
            findings.push(format!("{CI}: does not run `{command}` of {CONTRIBUTING}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readme_findings(text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        readme("README.md", text, "1.95", &mut findings);
        findings
    }

    #[test]
    fn the_rust_version_is_the_manifests() {
        assert_eq!(readme_findings("Rust 1.95 or later."), Vec::<String>::new());
        assert_eq!(
            readme_findings("需要 Rust 1.89 或"),
            ["README.md: states Rust 1.89, Cargo.toml 1.95"]
        );
        assert_eq!(readme_findings("Rust."), ["README.md: does not state `Rust 1.95`"]);
    }

    #[test]
    fn a_long_readme_is_found() {
        let text = format!("Rust 1.95\n{}", "line\n".repeat(200));
        assert_eq!(readme_findings(&text), ["README.md: 201 lines, at most 200"]);
    }

    #[test]
    fn every_listed_command_is_run() {
        let mut findings = Vec::new();
        let contributing = "# A\n```sh\ncargo a && cargo b --x\n```\n```sh\ncargo c\n```\n";
        not_run(contributing, "step cargo a\n# step cargo b --x\n", &mut findings);
        assert_eq!(findings, [".ci/run: does not run `cargo b --x` of CONTRIBUTING.md"]);
    }
}
