//! `tidy`: the house rules that no other tool checks.

mod foreign_types;
mod manifests;
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
        foreign_types::check(project, &mut findings)?;
    }
    if findings.is_empty() {
        println!("{files} files are tidy");
        return Ok(());
    }
    let count = findings.len();
    Err(Error::Findings(format!("{}\n{count} findings", findings.join("\n"))))
}
