//! A model that contains itself without a list or a map in between needs a box.

use std::collections::HashSet;

use crate::model::{Model, ModelId, Type};

/// Marks the fields through which a model contains itself.
pub(crate) fn box_fields(models: &mut [Model]) {
    let held: Vec<Vec<usize>> =
        models.iter().map(|it| it.fields.iter().filter_map(|f| target(&f.ty)).collect()).collect();
    for (owner, model) in models.iter_mut().enumerate() {
        for field in &mut model.fields {
            field.boxed = target(&field.ty).is_some_and(|start| reaches(&held, start, owner));
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
