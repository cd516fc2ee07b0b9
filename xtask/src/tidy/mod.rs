//! `tidy`: the house rules that no other tool checks.

mod foreign_types;
mod manifests;
mod public_paths;
mod rustdoc;
mod source;
mod texts;

pub(crate) use self::rustdoc::run_if_called_by_cargo as run_as_rustdoc;

use crate::error::Error;
use crate::project::Project;

/// Reports every breach. `fast` leaves out what needs the documentation.
pub(crate) fn check(project: &Project, fast: bool) -> Result<(), Error> {
    let mut findings = Vec::new();
    let files = source::check(project, &mut findings)?;
    manifests::check(project, &mut findings)?;
    texts::check(project, &mut findings)?;
    if !fast {
        let crates = rustdoc::build(project)?;
        foreign_types::check(project, &crates, &mut findings)?;
        for (_, documentation) in &crates {
            public_paths::check(documentation, &mut findings);
        }
    }
    if findings.is_empty() {
        println!("{files} files are tidy");
        return Ok(());
    }
    let total = match findings.len() {
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    Err(Error::Findings(format!("{}\n{total}", findings.join("\n"))))
}
