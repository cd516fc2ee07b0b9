//! `update_fields` of a patch: the names of the fields that are set, and of those to be cleared.

use crate::operation::Meta;
use crate::wire::{JsonWriter, Need, Part};

/// The input that names the fields.
pub(super) const INPUT: &str = "update_fields";

/// What `update_fields` of a request will be.
pub(super) struct ChangedFields {
    /// The member of the body that holds the new values.
    pub(super) object: &'static str,
    /// The members that can be changed, separated by spaces: `member`, or `member=name` if it has
    /// another name here. Empty if the table does not list them.
    names: &'static str,
    need: Need,
    /// What the caller names.
    named: Option<Vec<String>>,
    /// What the caller clears.
    pub(super) cleared: Vec<String>,
}

impl ChangedFields {
    /// `None` if the operation has no such input.
    pub(super) fn of(meta: &Meta) -> Option<Self> {
        let changes = meta.deviations.changes;
        let (object, names) = changes.split_once(' ').unwrap_or((changes, ""));
        let (need, named, cleared) = (Need::Optional, None, Vec::new());
        (!object.is_empty()).then_some(Self { object, names, need, named, cleared })
    }

    /// Takes the value of the input.
    pub(super) fn name(&mut self, need: Need, part: &Part<'_>) {
        self.need = need;
        if !part.is_absent() {
            let mut named = Vec::new();
            part.text(&mut |name| named.push(name.to_owned()));
            self.named = Some(named);
        }
    }

    /// Takes the names of fields to be cleared.
    pub(super) fn clear(&mut self, part: &Part<'_>) {
        part.text(&mut |name| self.cleared.push(name.to_owned()));
    }

    /// What is wrong with the names of fields to be cleared. A mistyped one would clear nothing.
    pub(super) fn mistake(&self) -> Option<String> {
        let mut known = self.names.split(' ').map(|it| it.split_once('=').map_or(it, |it| it.1));
        let is_known = |name: &str| known.clone().any(|it| it == name);
        let name = self.cleared.iter().find(|it| !self.names.is_empty() && !is_known(it))?;
        let mut listed = known.next().unwrap_or_default().to_owned();
        known.for_each(|it| listed.extend([", ", it]));
        let object = self.object;
        Some(format!(
            "clear names {name:?}, and {object} has only {listed}; {INPUT} takes other names"
        ))
    }

    /// Writes the input behind the others; returns what is missing if nothing is changed.
    pub(super) fn write(self, out: &mut JsonWriter, first: &mut bool) -> Option<String> {
        let set = out.watched_members();
        let set = set.into_iter().filter_map(|member| self.name_of(member)).map(str::to_owned);
        let mut fields = match &self.named {
            Some(named) => named.clone(),
            None => set.collect(),
        };
        for name in self.cleared {
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
        match (fields.is_empty(), self.need) {
            (true, Need::Required) => return Some(format!("any field of {}", self.object)),
            (true, Need::Optional) if self.named.is_none() => {}
            _ => out.member(first, INPUT, self.need, &Part::Plain(&fields)),
        }
        None
    }

    fn name_of(&self, member: &'static str) -> Option<&'static str> {
        let mut pairs = self.names.split(' ').map(|it| it.split_once('=').unwrap_or((it, it)));
        match self.names {
            "" => Some(member),
            _ => pairs.find(|(known, _)| *known == member).map(|(_, name)| name),
        }
    }
}
