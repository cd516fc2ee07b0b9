//! `new-domain`: one more entry in crates.toml, from which everything else is generated.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::error::Error;
use crate::project::Project;

const CRATES: &str = "codegen/crates.toml";

/// Adds the crate of the project `name`, with these keys and their texts.
pub(crate) fn add(project: &Project, name: &str, keys: &[(&str, String)]) -> Result<(), Error> {
    if !project.path(&format!("api-specs/{name}")).is_dir() {
        return Err(Error::Usage(format!("there is no api-specs/{name}")));
    }
    let mut crates: DocumentMut = project
        .read(CRATES)?
        .parse()
        .map_err(|error| Error::Usage(format!("{CRATES}: {error}")))?;
    let mut entry = Table::new();
    entry["project"] = value(name);
    entry["name"] = value(format!("lark-{}", name.replace('_', "-")));
    for (key, text) in keys {
        entry[key] = value(text);
    }
    push(&mut crates, name, entry)?;
    project.write(CRATES, &crates.to_string())
}

fn push(crates: &mut DocumentMut, name: &str, entry: Table) -> Result<(), Error> {
    let none = || Item::ArrayOfTables(ArrayOfTables::new());
    let Some(entries) = crates.entry("crate").or_insert_with(none).as_array_of_tables_mut() else {
        return Err(Error::Usage(format!("{CRATES}: expected [[crate]] tables")));
    };
    if entries.iter().any(|entry| entry["project"].as_str() == Some(name)) {
        return Err(Error::Usage(format!("{CRATES} has {name} already")));
    }
    entries.push(entry);
    Ok(())
}
