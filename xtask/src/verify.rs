//! `verify`: what is emitted, held against the official pages.

use lark_codegen::{Evidence, Unproven, Verification};

use crate::error::Error;
use crate::project::Project;

/// Fails on a difference without a reason and on a reason without a difference.
pub(crate) fn check(project: &Project, list: bool) -> Result<(), Error> {
    let evidence = Evidence {
        pages: project.read("api-specs/witness/pages.txt")?,
        differences: project.read("api-specs/witness/differences.toml")?,
    };
    let found = lark_codegen::verify(&project.inputs()?, &evidence)?;
    summary(&found);
    unproven(&found.unproven, list);
    if found.unexplained.is_empty() && found.stale.is_empty() {
        return Ok(());
    }
    let unexplained = found.unexplained.iter().map(|it| format!("without a reason: {it}"));
    let stale = found.stale.iter().map(|line| format!("no longer so: {line}"));
    let lines: Vec<String> = unexplained.chain(stale).collect();
    let count = lines.len();
    Err(Error::Findings(format!(
        "{}\n{count} differences to mend: by an overlay where the page is right, else by a line in \
         api-specs/witness/differences.toml",
        lines.join("\n")
    )))
}

fn summary(found: &Verification) {
    let Verification { operations, compared, explained, unexplained, .. } = found;
    println!("{operations} operations have a page, {compared} facts compared");
    println!("{explained} differences with a reason, {} without", unexplained.len());
}

/// What the tables of the pages do not have in a form that could be compared.
const NOT_COMPARED: &str = "methods and paths, path parameters, values of enums, limits, formats and units, \
                            scopes, rates, risks, error codes, which list is paged, members that are always \
                            there";

fn unproven(unproven: &Unproven, list: bool) {
    let Unproven { operations, tokens, events, members, unlisted, .. } = unproven;
    println!("unproven by pages:");
    let kinds = [
        ("operations without a page", operations),
        ("operations whose page does not name their tokens", tokens),
        ("events", events),
        ("uses of objects whose members the page does not list", members),
        ("members that no page lists beside their siblings", unlisted),
    ];
    for (what, names) in kinds {
        println!("  {} {what}", names.len());
        if list {
            names.iter().for_each(|name| println!("    {name}"));
        }
    }
    println!("compared with nothing: {NOT_COMPARED}");
    if !list {
        println!("`cargo xtask verify --list` names them");
    }
}
