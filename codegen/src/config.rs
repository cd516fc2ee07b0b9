//! crates.toml and names.toml: what becomes a crate, and which names are chosen or judged by hand.
//! events.toml is parsed here, too.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Place};
use crate::event_rules::{self, EventRules};

const CRATES: &str = "codegen/crates.toml";
const NAMES: &str = "codegen/names.toml";

/// crates.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crates {
    #[serde(default, rename = "crate")]
    pub(crate) crates: Vec<CrateEntry>,
    #[serde(default)]
    pub(crate) shared_enums: BTreeMap<String, SharedEnum>,
    /// Fields, by their names on the wire, whose texts must not be seen.
    #[serde(default)]
    secrets: Vec<String>,
}

/// A project that becomes a crate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CrateEntry {
    pub(crate) project: String,
    pub(crate) name: String,
    /// What it covers, in English: `messages, chats and cards`.
    pub(crate) summary: String,
    /// The same in Chinese.
    pub(crate) summary_zh: String,
    /// Hand-written public modules.
    #[serde(default)]
    pub(crate) modules: Vec<String>,
    /// Functions of those that a generated module exports as well: `"v1::message" = ["content::message_to as to"]`.
    #[serde(default)]
    pub(crate) exports: BTreeMap<String, Vec<String>>,
    /// Dependencies of the hand-written modules, beside lark-core.
    #[serde(default)]
    pub(crate) dependencies: Vec<String>,
    /// Hand-written modules that are built on request only.
    #[serde(default, rename = "feature")]
    pub(crate) features: Vec<CrateFeature>,
    /// Each version is behind a feature of its name, which is on by default.
    #[serde(default)]
    pub(crate) version_features: bool,
    /// The operation that the README calls; every crate with operations needs one.
    pub(crate) example: Option<String>,
    /// The expression that makes its client; without it, one for an app, or for a user if the
    /// operation takes no other token.
    pub(crate) example_client: Option<String>,
    /// The expression that makes its request, with values that make sense.
    pub(crate) example_request: Option<String>,
    /// The event that the README handles; every crate with events needs one.
    pub(crate) example_event: Option<String>,
    /// Markdown for the README, on the hand-written modules.
    #[serde(default)]
    pub(crate) guide: String,
}

/// A feature of a crate that adds hand-written modules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CrateFeature {
    pub(crate) name: String,
    /// What it adds: `documents as Markdown and back`.
    pub(crate) summary: String,
    /// Its public modules.
    pub(crate) modules: Vec<String>,
    /// What only these modules depend on.
    #[serde(default)]
    pub(crate) dependencies: Vec<String>,
    /// Features of dependencies that it needs.
    #[serde(default)]
    pub(crate) enables: Vec<String>,
}

/// An enum of lark-core that fields of one name share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedEnum {
    pub(crate) field: String,
    pub(crate) values: Vec<String>,
}

impl Crates {
    pub(crate) fn is_secret(&self, field: &str) -> bool {
        self.secrets.iter().any(|it| it == field)
    }

    /// The shared enum for a field, by its name on the wire.
    pub(crate) fn shared(&self, field: &str) -> Option<(&str, &SharedEnum)> {
        let mut shared = self.shared_enums.iter();
        shared.find(|(_, it)| it.field == field).map(|(name, it)| (name.as_str(), it))
    }
}

/// names.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    #[serde(default, rename = "rename")]
    renames: Vec<Rename>,
    #[serde(default, rename = "not_a_key")]
    not_keys: Vec<Exception>,
    #[serde(default, rename = "not_paged")]
    not_paged: Vec<Exception>,
    #[serde(default)]
    alternatives: Vec<Alternatives>,
}

/// A model that has one of many members at a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alternatives {
    document: String,
    /// By the name in Rust.
    model: String,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

/// An operation that a rule does not hold for: its `uuid` or `client_token` is no idempotency key, or
/// it has a page token and no pages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    operation: String,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    document: String,
    kind: Kind,
    from: String,
    to: String,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

/// What a rename is about.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// By the name of the schema, or the computed name of an inline object.
    Model,
    /// By the computed name.
    Enum,
    /// By the computed name.
    Request,
    /// By the operation id.
    Function,
    /// By the resource.
    Module,
    /// By the event type.
    Event,
    /// By `Model.field` or `operation id.field`, the field as on the wire.
    Field,
}

impl Names {
    /// The name chosen by hand, if there is one.
    pub(crate) fn chosen(&self, document: &str, kind: Kind, from: &str) -> Option<&str> {
        let rename = self
            .renames
            .iter()
            .find(|it| it.document == document && it.kind == kind && it.from == from)?;
        rename.used.set(true);
        Some(&rename.to)
    }

    /// Whether the input of `operation` that looks like an idempotency key is none.
    pub(crate) fn is_not_key(&self, operation: &str) -> bool {
        let entry = self.not_keys.iter().find(|it| it.operation == operation);
        entry.inspect(|it| it.used.set(true)).is_some()
    }

    /// Why `operation` has no pages although it has a page token.
    pub(crate) fn why_not_paged(&self, operation: &str) -> Option<&str> {
        let entry = self.not_paged.iter().find(|it| it.operation == operation)?;
        entry.used.set(true);
        Some(&entry.reason)
    }

    /// Whether the members of `model` that are models exclude each other.
    pub(crate) fn has_alternatives(&self, document: &str, model: &str) -> bool {
        let is_it = |it: &&Alternatives| it.document == document && it.model == model;
        let entry = self.alternatives.iter().find(is_it);
        entry.inspect(|it| it.used.set(true)).is_some()
    }

    /// Entries without a reason, and entries about what is no longer there.
    pub(crate) fn check(&self, errors: &mut Vec<Error>) {
        for it in &self.renames {
            let subject = format!("the rename of {} in {}", it.from, it.document);
            let unused = (!it.used.get()).then_some("nothing of that name");
            check_entry(&subject, &it.reason, unused, errors);
        }
        for it in &self.alternatives {
            let subject = format!("the alternatives of {} in {}", it.model, it.document);
            let unused = (!it.used.get()).then_some("no model of that name");
            check_entry(&subject, &it.reason, unused, errors);
        }
        let no_key = "no such operation, or nothing like a key in it";
        let no_token = "no such operation, or one without a page token, or one that is paged";
        let keys = self.not_keys.iter().map(|it| ("not_a_key", it, no_key));
        let paged = self.not_paged.iter().map(|it| ("not_paged", it, no_token));
        for (kind, it, unused) in keys.chain(paged) {
            let subject = format!("{kind} of {}", it.operation);
            check_entry(&subject, &it.reason, (!it.used.get()).then_some(unused), errors);
        }
    }
}

fn check_entry(subject: &str, reason: &str, unused: Option<&str>, errors: &mut Vec<Error>) {
    if reason.trim().is_empty() {
        let expected = format!("a reason for {subject}");
        errors.push(Error::new(NAMES, Place::File, expected, "none"));
    }
    if let Some(found) = unused {
        let expected = format!("something to apply {subject} to");
        errors.push(Error::new(NAMES, Place::File, expected, found));
    }
}

/// Parses crates.toml.
pub(crate) fn parse_crates(text: &str, errors: &mut Vec<Error>) -> Crates {
    parse(CRATES, text, errors)
}

/// Parses names.toml.
pub(crate) fn parse_names(text: &str, errors: &mut Vec<Error>) -> Names {
    parse(NAMES, text, errors)
}

/// Parses events.toml.
pub(crate) fn parse_events(text: &str, errors: &mut Vec<Error>) -> EventRules {
    parse(event_rules::FILE, text, errors)
}

fn parse<T: Default + serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
    errors: &mut Vec<Error>,
) -> T {
    toml::from_str(text).unwrap_or_else(|error: toml::de::Error| {
        let place = error.span().map_or(Place::File, |span| line(text, span.start));
        errors.push(Error::new(file, place, "the format of this file", error.message()));
        T::default()
    })
}

fn line(text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    Place::Line(before.matches('\n').count() + 1, column + 1)
}

/// Every crate has one of the `projects` that have something to emit, and a name of its own.
pub(crate) fn check_crates(crates: &Crates, projects: &[&str], errors: &mut Vec<Error>) {
    for (index, entry) in crates.crates.iter().enumerate() {
        if !projects.contains(&entry.project.as_str()) {
            let found = format!("`{}`", entry.project);
            errors.push(Error::new(
                CRATES,
                Place::File,
                "a project with events, or operations that two sources state",
                found,
            ));
        }
        let earlier = &crates.crates[..index];
        if earlier.iter().any(|it| it.project == entry.project || it.name == entry.name) {
            let found = format!("{} of {} twice", entry.name, entry.project);
            errors.push(Error::new(CRATES, Place::File, "each project and crate once", found));
        }
    }
}
