//! Which models and enums are needed, and which way each model travels.

use crate::model::{Answer, Direction, Document, Field, Model, Type};

/// Sets the direction of every model and marks the enums that emitted items refer to.
pub(crate) fn mark(document: &mut Document) {
    let mut queue: Vec<(Type, Direction)> = Vec::new();
    for operation in document.emitted() {
        let inputs = operation.inputs.iter().map(|input| &input.field.ty);
        queue.extend(inputs.map(|ty| (ty.clone(), Direction::Encode)));
        if let Answer::Model(id) = operation.answer {
            queue.push((Type::Model(id), Direction::Decode));
        }
    }
    for event in &document.events {
        queue.extend(event.fields.iter().map(|field| (field.ty.clone(), Direction::Decode)));
    }
    while let Some((ty, direction)) = queue.pop() {
        match ty.innermost() {
            Type::Enum(id) => document.enums[id.0].reached = true,
            Type::Model(id) => {
                let model = &mut document.models[id.0];
                if widen(model, direction) {
                    let types = model.fields.iter().map(|field: &Field| field.ty.clone());
                    queue.extend(types.map(|ty| (ty, direction)));
                }
            }
            _ => {}
        }
    }
}

/// Adds a direction; `false` if the model had it.
fn widen(model: &mut Model, direction: Direction) -> bool {
    let wider = match (model.direction, direction) {
        (None, direction) => direction,
        (Some(known), direction) if known == direction || known == Direction::Both => return false,
        (Some(_), _) => Direction::Both,
    };
    model.direction = Some(wider);
    true
}
