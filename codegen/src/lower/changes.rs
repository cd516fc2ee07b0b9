//! Finds the operations whose body names the fields that it changes.

use crate::error::Error;
use crate::model::{Changes, Document, Field, Operation, Place, Type, Variant};

/// What the input is called.
pub(crate) const INPUT: &str = "update_fields";

/// Marks those whose `update_fields` stands beside one object. A value of it that is no field of that
/// object is an error.
pub(crate) fn mark(document: &mut Document, errors: &mut Vec<Error>) {
    let mut operations = std::mem::take(&mut document.operations);
    for operation in &mut operations {
        operation.changes = changes(document, operation, errors);
    }
    document.operations = operations;
}

/// The input that names the fields.
pub(crate) fn input(operation: &Operation) -> Option<&Field> {
    let mut body = operation.inputs.iter().filter(|it| it.place == Place::Body);
    body.find(|it| it.field.wire == INPUT).map(|it| &it.field)
}

fn changes(document: &Document, operation: &Operation, errors: &mut Vec<Error>) -> Option<Changes> {
    let list = input(operation)?;
    let body = operation.inputs.iter().filter(|it| it.place == Place::Body);
    let mut objects = body.filter_map(|it| match it.field.ty {
        Type::Model(id) => Some((&it.field.wire, document.model(id))),
        _ => None,
    });
    let ((object, model), None) = (objects.next()?, objects.next()) else { return None };
    let Type::List(items) = &list.ty else { return None };
    let names = match &**items {
        Type::String => model.fields.iter().map(|it| (it.wire.clone(), it.wire.clone())).collect(),
        Type::Enum(id) => {
            let values = document.enumeration(*id).variants.iter();
            let mut names = Vec::new();
            for value in values {
                match member(&model.fields, value) {
                    Some(field) => names.push((field.wire.clone(), value.value.clone())),
                    None => {
                        let expected = format!("a field of {}", model.name);
                        let found = format!("`{}`", value.value);
                        errors.push(Error::at(&document.file, &list.pointer, expected, found));
                    }
                }
            }
            match names.iter().all(|(member, name)| member == name) {
                true => Vec::new(),
                false => names,
            }
        }
        _ => return None,
    };
    Some(Changes { object: object.clone(), names })
}

/// The field that a value means: the one that its description quotes, or one of its name.
fn member<'f>(fields: &'f [Field], value: &Variant) -> Option<&'f Field> {
    let meaning = value.meaning.as_deref().unwrap_or_default();
    let quoted = |field: &&Field| meaning.split('`').any(|part| part == field.wire);
    let name = value.value.to_lowercase();
    let start = format!("{name}_");
    let mut begun = fields.iter().filter(|field| field.wire.starts_with(&start));
    let by_name = fields.iter().find(|field| field.wire == name);
    fields
        .iter()
        .find(quoted)
        .or(by_name)
        .or_else(|| begun.next().filter(|_| begun.next().is_none()))
}
