//! `package`: what would be uploaded, and whether it is whole.
//!
//! Nothing is compiled: the manifests in the packages lack the profile of the workspace, so cargo would
//! build every dependency once more.

use std::fs;

use crate::cargo;
use crate::error::Error;
use crate::project::Project;

/// The most that the registry takes.
const MAX_BYTES: u64 = 10 * 1024 * 1024;
const REQUIRED: [&str; 5] =
    ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];

/// Packages every published crate, and reports what is missing or too large.
pub(crate) fn check(project: &Project) -> Result<(), Error> {
    let packages = project.crates()?;
    let metadata = cargo::metadata(project)?;
    // Online, cargo asks the registry for every dependency of every package, which takes longer than
    // all the rest.
    cargo::run(&mut cargo::command(project, &["fetch", "--quiet", "--locked"]))?;
    let arguments = ["package", "--offline", "--quiet", "--no-verify", "--allow-dirty"];
    let mut command = cargo::command(project, &arguments);
    for name in &packages {
        command.args(["--package", name]);
    }
    cargo::run(&mut command)?;
    let mut findings = Vec::new();
    let mut total = 0;
    for name in &packages {
        let version = &metadata.version;
        let path = metadata.target.join(format!("package/{name}-{version}.crate"));
        let bytes = fs::metadata(&path).map_err(Error::io(&path))?.len();
        total += bytes;
        let list = ["package", "--offline", "--allow-dirty", "--list", "--package", name];
        let list = cargo::output(&mut cargo::command(project, &list))?;
        incomplete(name, bytes, &list, &mut findings);
    }
    if findings.is_empty() {
        println!("{} packages, {} KiB", packages.len(), total / 1024);
        return Ok(());
    }
    Err(Error::Findings(findings.join("\n")))
}

fn incomplete(name: &str, bytes: u64, list: &str, findings: &mut Vec<String>) {
    if bytes > MAX_BYTES {
        findings.push(format!("{name}: {bytes} bytes, at most {MAX_BYTES}"));
    }
    let listed = |required: &str| list.lines().any(|it| it == required);
    let missing = REQUIRED.iter().filter(|it| !listed(it));
    findings.extend(missing.map(|it| format!("{name}: the package lacks {it}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_its_licences_and_fits() {
        let mut findings = Vec::new();
        let list = "Cargo.toml\nLICENSE-APACHE\nREADME.md\nsrc/lib.rs\n";
        incomplete("lark-core", MAX_BYTES + 1, list, &mut findings);
        assert_eq!(
            findings,
            [
                "lark-core: 10485761 bytes, at most 10485760",
                "lark-core: the package lacks LICENSE-MIT",
            ]
        );
    }
}
