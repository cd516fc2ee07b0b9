//! What one use of a schema says beyond it, applied to the fields of a request.

use super::types::Types;
use crate::load::refinement::Refinement;
use crate::model::{Field, ModelId, Type};

/// Marks what the request demands and what it does not take, and returns what it demands deeper
/// down: paths of wire names, `[]` standing for every item of a list.
pub(crate) fn apply(
    types: &mut Types<'_>,
    fields: &mut [Field],
    refinement: &Refinement,
) -> Vec<String> {
    for name in &refinement.required {
        match fields.iter_mut().find(|field| field.wire == *name) {
            Some(field) => field.required = true,
            None => unknown(types, refinement, name),
        }
    }
    let mut deeper = Vec::new();
    for (name, part) in &refinement.properties {
        let Some(field) = fields.iter_mut().find(|field| field.wire == *name) else {
            unknown(types, part, name);
            continue;
        };
        if let Some(read_only) = part.read_only {
            field.facts.read_only = read_only;
        }
        let ty = field.ty.clone();
        demands(types, &ty, name, part, &mut deeper);
    }
    for field in fields.iter().filter(|it| it.facts.read_only) {
        if refinement.required.contains(&field.wire) {
            let found = format!("`{}`, which is read-only", field.wire);
            types.wrong(&refinement.pointer, "members that a request can set", &found);
        }
    }
    deeper
}

/// What the models of these fields demand within the models that they hold, wherever they are used.
pub(crate) fn everywhere(types: &mut Types<'_>, fields: &[Field]) -> Vec<String> {
    let mut paths = Vec::new();
    walk(types, fields, "", &mut Vec::new(), &mut paths);
    paths
}

fn walk(
    types: &mut Types<'_>,
    fields: &[Field],
    place: &str,
    open: &mut Vec<ModelId>,
    paths: &mut Vec<String>,
) {
    for field in fields.iter().filter(|field| !field.facts.read_only) {
        let path = format!("{place}{}", field.wire);
        if let Some(refinement) = types.refined.get(&field.pointer).cloned() {
            demands(types, &field.ty, &path, &refinement, paths);
        }
        let (model, path) = held(&field.ty, path);
        let Some(id) = model.filter(|id| !open.contains(id)) else { continue };
        let fields = types.models[id.0].fields.clone();
        open.push(id);
        walk(types, &fields, &format!("{path}."), open, paths);
        open.pop();
    }
}

/// The model that a value is or a list of it holds, and the path to it. What a map holds has no path.
fn held(ty: &Type, path: String) -> (Option<ModelId>, String) {
    match ty {
        Type::Model(id) => (Some(*id), path),
        Type::List(items) => held(items, format!("{path}[]")),
        _ => (None, path),
    }
}

/// What `refinement` demands within a value of type `ty`.
fn demands(
    types: &mut Types<'_>,
    ty: &Type,
    path: &str,
    refinement: &Refinement,
    paths: &mut Vec<String>,
) {
    if let Some(items) = &refinement.items {
        match ty {
            Type::List(item) => demands(types, item, &format!("{path}[]"), items, paths),
            _ => types.wrong(&items.pointer, "the refinement of a list", "another type"),
        }
    }
    if refinement.required.is_empty() && refinement.properties.is_empty() {
        return;
    }
    let Type::Model(ModelId(model)) = ty else {
        types.wrong(&refinement.pointer, "the refinement of an object", "another type");
        return;
    };
    let fields = types.models[*model].fields.clone();
    for name in &refinement.required {
        match fields.iter().find(|field| field.wire == *name) {
            Some(field) if field.facts.read_only => {
                let found = format!("`{name}`, which is read-only");
                types.wrong(&refinement.pointer, "members that a request can set", &found);
            }
            Some(_) => paths.push(format!("{path}.{name}")),
            None => unknown(types, refinement, name),
        }
    }
    for (name, part) in &refinement.properties {
        match fields.iter().find(|field| field.wire == *name) {
            Some(field) => demands(types, &field.ty, &format!("{path}.{name}"), part, paths),
            None => unknown(types, part, name),
        }
    }
}

fn unknown(types: &mut Types<'_>, refinement: &Refinement, name: &str) {
    types.wrong(&refinement.pointer, "a member of the schema", &format!("`{name}`"));
}
