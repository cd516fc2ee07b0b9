//! The inputs, loaded, lowered and checked: what both emission and coverage start from.

use crate::Inputs;
use crate::check;
use crate::config::{self, CrateEntry, Crates};
use crate::error::Errors;
use crate::load::error_codes::{self, ErrorCodes};
use crate::load::{self, Loaded, code_class};
use crate::lower::{self, Settings};
use crate::model::Document;

/// Every document, ready to be emitted.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) crates: Crates,
    pub(crate) loaded: Vec<Loaded>,
    pub(crate) documents: Vec<Document>,
    pub(crate) error_codes: ErrorCodes,
}

impl Workspace {
    /// Loads, lowers and checks; all mistakes of all documents are reported together.
    pub(crate) fn build(inputs: &Inputs) -> Result<Workspace, Errors> {
        let mut errors = Vec::new();
        let crates = config::parse_crates(&inputs.crates, &mut errors);
        let names = config::parse_names(&inputs.names, &mut errors);
        let rules = config::parse_events(&inputs.events, &mut errors);
        let mut error_codes = error_codes::read(&inputs.error_codes, &inputs.overlays, &mut errors);
        let loaded = load::load(&inputs.documents, &inputs.overlays, &mut errors);
        code_class::settle(&mut error_codes, &loaded);
        let is_loaded = errors.is_empty();
        let mut documents = Vec::new();
        for Loaded { spec, .. } in &loaded {
            let codes = &error_codes.codes;
            let settings = Settings { crates: &crates, names: &names, rules: &rules, codes };
            let document = lower::lower(spec, settings, &mut errors);
            check::check(&document, &mut errors);
            documents.push(document);
        }
        if is_loaded {
            // A document that was not read would make its crate and its renames look stale.
            let full = documents.iter().filter(|it| it.has_content());
            let projects: Vec<&str> = full.map(|it| it.project.as_str()).collect();
            config::check_crates(&crates, &projects, &mut errors);
            names.check(&mut errors);
            rules.check(&mut errors);
        }
        Errors::unless(errors, Workspace { crates, loaded, documents, error_codes })
    }

    /// The versions of a crate's project that have something to emit.
    pub(crate) fn documents_of(&self, entry: &CrateEntry) -> Vec<&Document> {
        let versions = self.documents.iter().filter(|it| it.project == entry.project);
        versions.filter(|it| it.has_content()).collect()
    }

    /// The ids of the operations of a crate's project that are not emitted.
    pub(crate) fn left_out(&self, entry: &CrateEntry) -> Vec<&str> {
        let versions = self.documents.iter().filter(|it| it.project == entry.project);
        let operations = versions.flat_map(|it| &it.operations);
        operations.filter(|it| !it.is_emitted()).map(|it| it.id.as_str()).collect()
    }
}
