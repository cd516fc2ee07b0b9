//! A typed OpenAPI document to the model: flat requests, named types, Rust names.

pub(crate) mod changes;
mod cycles;
mod enums;
mod event_keys;
mod events;
mod ids;
mod keys;
mod names;
mod operations;
pub(crate) mod pagination;
mod reach;
mod refine;
mod types;

use std::collections::{BTreeMap, HashSet};

use crate::config::{Crates, Names};
use crate::error::Error;
use crate::event_rules::EventRules;
use crate::load::error_codes::ErrorCode;
use crate::load::spec::Spec;
use crate::model::Document;
use names::Namer;
use types::Types;

/// What lowering knows beside the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) crates: &'a Crates,
    pub(crate) names: &'a Names,
    pub(crate) rules: &'a EventRules,
    /// What the codes of the platform mean.
    pub(crate) codes: &'a BTreeMap<i64, ErrorCode>,
}

/// Lowers a document; what is wrong goes to `errors`.
pub(crate) fn lower(spec: &Spec, settings: Settings<'_>, errors: &mut Vec<Error>) -> Document {
    let Settings { names, rules, .. } = settings;
    let namer = Namer { document: format!("{}/{}", spec.project, spec.version), names };
    let mut types = Types::new(&namer, settings, spec, errors);
    cycles::box_fields(&mut types.models, |model| names.has_alternatives(&namer.document, model));
    let operations = spec.operations.iter().map(|it| operations::lower(&mut types, it)).collect();
    let events =
        spec.events.iter().map(|it| events::lower(&mut types, &spec.project, it)).collect();
    let Types { models, enums, .. } = types;
    let taken: HashSet<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let enums = enums.named(&namer, &taken);
    let (file, project) = (spec.file.clone(), spec.project.clone());
    let version = spec.version.clone();
    let mut document = Document { file, project, version, operations, models, enums, events };
    reach::mark(&mut document);
    ids::mark(&mut document);
    changes::mark(&mut document, errors);
    event_keys::mark(&mut document, rules, errors);
    document
}
