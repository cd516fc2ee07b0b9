//! Decides where `user_id_type` and `department_id_type` say what kind an id is.
//!
//! `x-lark-id` says that an id names a user or a department, of the kind that the request asks for. A
//! request without such an input cannot ask, and where ids of all kinds stand side by side each has
//! one of its own.

use std::collections::{BTreeMap, HashSet};

use crate::model::{Answer, Document, Facts, Field, ModelId, Type};

/// What a request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    user: bool,
    department: bool,
}

/// Corrects what the facts of every field say of its ids.
pub(super) fn mark(document: &mut Document) {
    let asked = of_models(document);
    let mut fixed: HashSet<String> = HashSet::new();
    for (index, model) in document.models.iter_mut().enumerate() {
        let asked = asked.get(&ModelId(index)).copied().unwrap_or_default();
        let wires: Vec<String> = model.fields.iter().map(|field| field.wire.clone()).collect();
        for field in &mut model.fields {
            if let Some(kind) = own_kind(field, &wires) {
                fixed.insert(field.pointer.clone());
                field.facts.id = Some(kind.to_owned());
            }
            narrow(&mut field.facts, asked);
        }
    }
    for operation in &mut document.operations {
        let asked = of_inputs(operation.inputs.iter().map(|input| &input.field));
        let wires: Vec<String> =
            operation.inputs.iter().map(|input| input.field.wire.clone()).collect();
        for input in &mut operation.inputs {
            let field = &mut input.field;
            let by_model = fixed.contains(&field.pointer).then(|| kind_of(&field.wire)).flatten();
            if let Some(kind) = by_model.or_else(|| own_kind(field, &wires)) {
                field.facts.id = Some(kind.to_owned());
            }
            narrow(&mut field.facts, asked);
        }
    }
    for event in &mut document.events {
        let wires: Vec<String> = event.fields.iter().map(|field| field.wire.clone()).collect();
        for field in &mut event.fields {
            if let Some(kind) = own_kind(field, &wires) {
                field.facts.id = Some(kind.to_owned());
            }
            narrow(&mut field.facts, Asked::default());
        }
    }
}

/// The kind that an id has whatever is asked for: by its name, or because the others stand beside it.
fn own_kind(field: &Field, wires: &[String]) -> Option<&'static str> {
    let of = field.facts.id.as_deref().filter(|of| matches!(*of, "user" | "department"))?;
    let has = |wire: &str| wires.iter().any(|it| it == wire);
    let asks =
        |input: &str| field.facts.description.as_deref().is_some_and(|words| words.contains(input));
    match (of, field.wire.as_str()) {
        ("department", "open_department_id") => Some("open_department_id"),
        ("department", "department_id")
            if has("open_department_id") && !asks("department_id_type") =>
        {
            kind_of("department_id")
        }
        ("user", "user_id") if (has("open_id") || has("union_id")) && !asks("user_id_type") => {
            kind_of("user_id")
        }
        _ => None,
    }
}

fn kind_of(wire: &str) -> Option<&'static str> {
    ["user_id", "department_id", "open_department_id"].into_iter().find(|it| *it == wire)
}

/// Takes away what depends on an input that is not there.
fn narrow(facts: &mut Facts, asked: Asked) {
    facts.id.take_if(|of| match of.as_str() {
        "user" => !asked.user,
        "department" => !asked.department,
        _ => false,
    });
    if let Some(items) = &mut facts.of_items {
        narrow(items, asked);
    }
}

fn of_inputs<'f>(inputs: impl Iterator<Item = &'f Field>) -> Asked {
    let mut asked = Asked::default();
    for field in inputs {
        asked.user |= field.wire == "user_id_type";
        asked.department |= field.wire == "department_id_type";
    }
    asked
}

/// What the operations that have a model somewhere ask for, one of them at least.
fn of_models(document: &Document) -> BTreeMap<ModelId, Asked> {
    let mut found: BTreeMap<ModelId, Asked> = BTreeMap::new();
    for operation in &document.operations {
        let asked = of_inputs(operation.inputs.iter().map(|input| &input.field));
        let mut queue: Vec<ModelId> =
            operation.inputs.iter().filter_map(|input| model(&input.field.ty)).collect();
        if let Answer::Model(id) = operation.answer {
            queue.push(id);
        }
        let mut seen: HashSet<ModelId> = HashSet::new();
        while let Some(id) = queue.pop() {
            if seen.insert(id) {
                let known = found.entry(id).or_default();
                known.user |= asked.user;
                known.department |= asked.department;
                let fields = document.model(id).fields.iter();
                queue.extend(fields.filter_map(|field| model(&field.ty)));
            }
        }
    }
    found
}

fn model(ty: &Type) -> Option<ModelId> {
    match ty.innermost() {
        Type::Model(id) => Some(*id),
        _ => None,
    }
}
