//! `new-domain`: the three places that name every domain crate.

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use crate::error::Error;
use crate::project::Project;

const CRATES: &str = "codegen/crates.toml";
const WORKSPACE: &str = "Cargo.toml";
const TESTS: &str = "tests/Cargo.toml";

/// Adds the crate of `name` to all three.
pub(crate) fn add(project: &Project, name: &str, description: &str) -> Result<(), Error> {
    if !project.path(&format!("api-specs/{name}")).is_dir() {
        return Err(Error::Usage(format!("there is no api-specs/{name}")));
    }
    let package = format!("lark-{}", name.replace('_', "-"));
    edit(project, CRATES, |crates| add_entry(crates, name, &package, description))?;
    edit(project, WORKSPACE, |manifest| {
        let version =
            manifest["workspace"]["package"]["version"].as_str().unwrap_or("*").to_owned();
        let mut dependency = InlineTable::new();
        dependency.insert("path", format!("crates/{package}").into());
        dependency.insert("version", version.into());
        manifest["workspace"]["dependencies"][&package] = value(dependency);
        Ok(())
    })?;
    edit(project, TESTS, |manifest| {
        let mut dependency = Table::new();
        dependency.set_dotted(true);
        dependency.insert("workspace", value(true));
        manifest["dependencies"][&package] = Item::Table(dependency);
        Ok(())
    })
}

fn add_entry(
    crates: &mut DocumentMut,
    name: &str,
    package: &str,
    description: &str,
) -> Result<(), Error> {
    let none = || Item::ArrayOfTables(ArrayOfTables::new());
    let Some(entries) = crates.entry("crate").or_insert_with(none).as_array_of_tables_mut() else {
        return Err(Error::Usage(format!("{CRATES}: expected [[crate]] tables")));
    };
    if entries.iter().any(|entry| entry["project"].as_str() == Some(name)) {
        return Err(Error::Usage(format!("{CRATES} has {name} already")));
    }
    let mut entry = Table::new();
    entry["project"] = value(name);
    entry["name"] = value(package);
    entry["description"] = value(description);
    entries.push(entry);
    Ok(())
}

fn edit(
    project: &Project,
    path: &str,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut document: DocumentMut =
        project.read(path)?.parse().map_err(|error| Error::Usage(format!("{path}: {error}")))?;
    change(&mut document)?;
    project.write(path, &document.to_string())
}
