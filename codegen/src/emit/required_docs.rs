//! What a request demands, in lines of its operation's documentation.

use super::member_path;
use crate::lower::changes;
use crate::model::{Changes, Document, Field, Operation, Place, Role};

/// The lines: the inputs, and what has to be in those that are set.
pub(crate) fn lines(document: &Document, operation: &Operation) -> Vec<String> {
    let inputs = operation.inputs.iter();
    let required = inputs.filter(|it| it.field.required && it.place != Place::Path);
    let names: Vec<String> = required
        .filter(|it| it.role == Role::Plain)
        .filter(|it| operation.changes.is_none() || it.field.wire != changes::INPUT)
        .map(|it| format!("`{}`", it.field.name))
        .collect();
    let mut lines = Vec::new();
    if !names.is_empty() {
        lines.push(format!("- Required: {}", names.join(", ")));
    }
    if let Some(Changes { object, .. }) = &operation.changes {
        lines.push(format!(
            "- Changes: the fields that are set in `{object}`; `clear` empties others"
        ));
    }
    for Demand { model, holders, members } in nested(document, operation) {
        let (holders, members) = (holders.join(", "), members.join(", "));
        lines.push(format!("- Required in [`{model}`] ({holders}): {members}"));
    }
    lines
}

/// What is demanded of a model within inputs.
#[derive(Debug)]
struct Demand<'d> {
    model: &'d str,
    /// Where it is demanded, in Markdown.
    holders: Vec<String>,
    /// What is demanded, as links.
    members: Vec<String>,
}

/// The demands within inputs, from the outside inwards.
fn nested<'d>(document: &'d Document, operation: &'d Operation) -> Vec<Demand<'d>> {
    let body = || {
        let inputs = operation.inputs.iter().filter(|it| it.place == Place::Body);
        inputs.map(|it| &it.field)
    };
    let mut paths: Vec<&String> = operation.demands.iter().collect();
    paths.sort_by_key(|path| path.matches('.').count());
    let mut demands: Vec<Demand<'_>> = Vec::new();
    for path in paths {
        let Some(passed) = member_path::resolve(document, body(), path) else { continue };
        let Some((member, holders)) = passed.split_last() else { continue };
        let Some(id) = holders.last().and_then(|field| member_path::held(field)) else { continue };
        let model = document.model(id).name.as_str();
        let holder = format!("`{}`", member_path::spell(holders));
        let member = setter(model, member);
        let known =
            demands.iter_mut().find(|it| it.model == model && it.holders == [holder.clone()]);
        match known {
            Some(demand) if demand.members.contains(&member) => {}
            Some(demand) => demand.members.push(member),
            None => demands.push(Demand { model, holders: vec![holder], members: vec![member] }),
        }
    }
    merged(demands)
}

/// The same of the same model at several places is one demand.
fn merged(demands: Vec<Demand<'_>>) -> Vec<Demand<'_>> {
    let mut merged: Vec<Demand<'_>> = Vec::new();
    for demand in demands {
        let is_same =
            |it: &&mut Demand<'_>| it.model == demand.model && it.members == demand.members;
        match merged.iter_mut().find(is_same) {
            Some(known) => known.holders.extend(demand.holders),
            None => merged.push(demand),
        }
    }
    merged
}

/// The member, as a link to its setter.
fn setter(model: &str, member: &Field) -> String {
    let name = &member.name;
    if member.facts.read_only {
        return format!("`{name}`");
    }
    format!("[`{name}`]({model}::{name}())")
}
