//! Which fields are boxes: those through which a model contains itself without a list or a map in
//! between, and the alternatives of models that have one of many at a time.

use std::collections::HashSet;

use crate::model::{Model, ModelId, Type};

/// Marks the fields that are boxes.
pub(crate) fn box_fields(models: &mut [Model], has_alternatives: impl Fn(&str) -> bool) {
    let held: Vec<Vec<usize>> =
        models.iter().map(|it| it.fields.iter().filter_map(|f| target(&f.ty)).collect()).collect();
    for (owner, model) in models.iter_mut().enumerate() {
        // Without boxes each value has room for all of them: 4 KB of a block of a document.
        let is_one_of_many = has_alternatives(&model.name);
        for field in &mut model.fields {
            let is_box = |start| is_one_of_many || reaches(&held, start, owner);
            field.boxed = target(&field.ty).is_some_and(is_box);
        }
    }
}

fn target(ty: &Type) -> Option<usize> {
    match ty {
        Type::Model(ModelId(index)) => Some(*index),
        _ => None,
    }
}

fn reaches(held: &[Vec<usize>], start: usize, goal: usize) -> bool {
    let mut seen = HashSet::from([start]);
    let mut queue = vec![start];
    while let Some(at) = queue.pop() {
        if at == goal {
            return true;
        }
        queue.extend(held[at].iter().copied().filter(|next| seen.insert(*next)));
    }
    false
}
