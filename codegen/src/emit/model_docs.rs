//! What a model is, and which operations and events use it.

use std::collections::{BTreeMap, BTreeSet};

use super::prose;
use crate::model::{Answer, Document, Event, Field, ModelId, Operation, Type};

/// How many users a model names.
const NAMED: usize = 3;

/// The fields, answers and events that use the models of a version.
#[derive(Debug)]
pub(crate) struct Uses<'d> {
    document: &'d Document,
    models: BTreeMap<ModelId, Use<'d>>,
}

/// The uses of one model.
#[derive(Debug, Default)]
struct Use<'d> {
    /// Operations whose answer it is.
    answers: Vec<&'d Operation>,
    /// Fields that hold it, by their names on the wire, with what they mean.
    fields: BTreeSet<(&'d str, &'d str)>,
    /// Operations and events that have it somewhere.
    users: Vec<User<'d>>,
}

#[derive(Clone, Copy, Debug)]
enum User<'d> {
    Operation(&'d Operation),
    Event(&'d Event),
}

impl<'d> Uses<'d> {
    /// Finds them all.
    pub(crate) fn of(document: &'d Document) -> Uses<'d> {
        let mut uses = Uses { document, models: BTreeMap::new() };
        for operation in document.emitted() {
            let mut seen = BTreeSet::new();
            for input in &operation.inputs {
                uses.field(&input.field, &mut seen);
            }
            if let Answer::Model(id) = operation.answer {
                uses.model(id).answers.push(operation);
                uses.visit(id, &mut seen);
            }
            for id in seen {
                uses.model(id).users.push(User::Operation(operation));
            }
        }
        for event in &document.events {
            let mut seen = BTreeSet::new();
            for field in &event.fields {
                uses.field(field, &mut seen);
            }
            for id in seen {
                uses.model(id).users.push(User::Event(event));
            }
        }
        uses
    }

    fn model(&mut self, id: ModelId) -> &mut Use<'d> {
        self.models.entry(id).or_default()
    }

    fn field(&mut self, field: &'d Field, seen: &mut BTreeSet<ModelId>) {
        let Type::Model(id) = field.ty.innermost() else { return };
        let meaning = field.facts.description.as_deref().unwrap_or_default();
        self.model(*id).fields.insert((&field.wire, meaning));
        self.visit(*id, seen);
    }

    fn visit(&mut self, id: ModelId, seen: &mut BTreeSet<ModelId>) {
        if seen.insert(id) {
            for field in &self.document.model(id).fields {
                self.field(field, seen);
            }
        }
    }

    /// The lines of the documentation of a model.
    pub(crate) fn lines(&self, id: ModelId) -> Vec<String> {
        let Document { project, version, .. } = self.document;
        let Some(uses) = self.models.get(&id) else {
            return vec![format!("A model of {project} {version}.")];
        };
        let first = match (uses.answers.as_slice(), uses.meaning()) {
            ([operation], _) => {
                let response = format!("Response of {}.", User::Operation(operation).link());
                if uses.users.len() == 1 {
                    return vec![response];
                }
                response
            }
            ([], Some(meaning)) => meaning,
            ([], None) => uses.names(),
            (several, _) => format!("Response of {} operations.", several.len()),
        };
        vec![first, String::new(), uses.list()]
    }
}

impl Use<'_> {
    /// What the field that holds it means, if there is but one such meaning.
    fn meaning(&self) -> Option<String> {
        let meanings: BTreeSet<&str> = self.fields.iter().map(|(_, meaning)| *meaning).collect();
        let mut meanings = meanings.into_iter().filter(|meaning| !meaning.is_empty());
        let meaning = meanings.next()?;
        let names = self.field_names();
        let is_one = meanings.next().is_none() && names.len() == 1;
        is_one.then(|| format!("`{}`: {}", names[0], prose::sentence(meaning)))
    }

    fn field_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        names.dedup();
        names
    }

    /// The fields that hold it, and what one of them means.
    fn names(&self) -> String {
        let names: Vec<String> = self.field_names().iter().map(|it| format!("`{it}`")).collect();
        let meaning = self.fields.iter().map(|(_, meaning)| *meaning).find(|it| !it.is_empty());
        match meaning {
            // What follows the first sentence holds for that one use alone.
            Some(meaning) => {
                format!("{}, for example: {}", or(&names), prose::first_sentence(meaning))
            }
            None => format!("What {} holds.", or(&names)),
        }
    }

    /// `Used by a, b and 12 more.`
    fn list(&self) -> String {
        let mut named: Vec<String> = self.users.iter().take(NAMED).map(User::link).collect();
        let more = self.users.len() - named.len();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        format!("Used by {}.", joined(&named, "and"))
    }
}

/// At most [`NAMED`] alternatives.
fn or(names: &[String]) -> String {
    match names.split_at_checked(NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            joined(&[first, &["another field".to_owned()]].concat(), "or")
        }
        _ => joined(names, "or"),
    }
}

fn joined(names: &[String], word: &str) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("{} {word} {last}", before.join(", "))
        }
        _ => names.concat(),
    }
}

impl User<'_> {
    /// A link from the module of the models; a preview is not there to link to in every build.
    fn link(&self) -> String {
        match self {
            User::Operation(Operation { module, function, .. }) => {
                let name = format!("`{module}::{function}()`");
                match self.is_preview() {
                    true => name,
                    false => format!("[{name}](super::{module}::{function})"),
                }
            }
            User::Event(Event { name, .. }) => format!("[`event::{name}`](super::event::{name})"),
        }
    }

    fn is_preview(&self) -> bool {
        matches!(self, User::Operation(operation) if operation.is_preview())
    }
}
