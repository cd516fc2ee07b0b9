//! The files of the project.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use lark_codegen::Inputs;

use crate::error::Error;

/// What the codes of the platform mean; no document.
const ERROR_CODES: &str = "api-specs/error-codes.json";

/// The root directory of the workspace.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The workspace that cargo runs this command in; without cargo, the one it was built from. The
    /// two differ when checkouts share a target directory.
    pub(crate) fn find() -> Result<Self, Error> {
        let built = env!("CARGO_MANIFEST_DIR");
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| built.into());
        let xtask = Path::new(&xtask);
        let root = xtask.parent().filter(|root| root.join("api-specs").is_dir());
        let root = root.ok_or_else(|| {
            let path = xtask.display();
            Error::Usage(format!("{path}: expected api-specs beside this directory"))
        })?;
        Ok(Self { root: root.to_owned() })
    }

    /// A project in another directory.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub(crate) fn read(&self, relative: &str) -> Result<String, Error> {
        let path = self.path(relative);
        fs::read_to_string(&path).map_err(Error::io(&path))
    }

    pub(crate) fn write(&self, relative: &str, text: &str) -> Result<(), Error> {
        let path = self.path(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
        }
        fs::write(&path, text).map_err(Error::io(&path))
    }

    pub(crate) fn remove(&self, relative: &str) -> Result<(), Error> {
        let path = self.path(relative);
        fs::remove_file(&path).map_err(Error::io(&path))
    }

    /// Every file below a directory, as paths from the root, sorted. None if there is none.
    pub(crate) fn files_below(&self, relative: &str) -> Result<Vec<String>, Error> {
        let mut files = Vec::new();
        self.collect(relative, &mut files)?;
        files.sort();
        Ok(files)
    }

    fn collect(&self, relative: &str, files: &mut Vec<String>) -> Result<(), Error> {
        let path = self.path(relative);
        if !path.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(&path).map_err(Error::io(&path))? {
            let entry = entry.map_err(Error::io(&path))?;
            let name = format!("{relative}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(Error::io(&path))?.is_dir() {
                self.collect(&name, files)?;
            } else {
                files.push(name);
            }
        }
        Ok(())
    }

    /// The names of the crates that are published.
    pub(crate) fn crates(&self) -> Result<Vec<String>, Error> {
        let files = self.files_below("crates")?;
        let names = files.iter().filter_map(|path| {
            let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        Ok(names.collect())
    }

    /// Every manifest.
    pub(crate) fn manifests(&self) -> Result<Vec<String>, Error> {
        let mut manifests = vec!["Cargo.toml".to_owned(), "fuzz/Cargo.toml".to_owned()];
        for directory in ["benches", "codegen", "crates", "examples", "tests", "xtask"] {
            let files = self.files_below(directory)?.into_iter();
            manifests.extend(files.filter(|path| path.ends_with("/Cargo.toml")));
        }
        Ok(manifests)
    }

    /// Everything that code is generated from.
    pub(crate) fn inputs(&self) -> Result<Inputs, Error> {
        let read_all = |paths: Vec<String>| -> Result<Vec<(String, String)>, Error> {
            paths.into_iter().map(|path| Ok((path.clone(), self.read(&path)?))).collect()
        };
        let is_json = |path: &String| path.ends_with(".json");
        let mut specs: Vec<_> =
            self.files_below("api-specs")?.into_iter().filter(is_json).collect();
        specs.retain(|path| path != ERROR_CODES);
        let (overlays, documents) =
            specs.into_iter().partition(|path| path.starts_with("api-specs/overlays/"));
        Ok(Inputs {
            documents: read_all(documents)?,
            overlays: read_all(overlays)?,
            error_codes: self.read(ERROR_CODES)?,
            crates: self.read("codegen/crates.toml")?,
            names: self.read("codegen/names.toml")?,
            events: self.read("codegen/events.toml")?,
        })
    }
}
