//! Members within members, from their names on the wire to those in Rust.

use crate::model::{Document, Field, ModelId, Type};

/// The fields that a path of wire names passes, outermost first; `[]` behind a name is skipped. `None`
/// if it leads to nothing.
pub(crate) fn resolve<'d>(
    document: &'d Document,
    fields: impl IntoIterator<Item = &'d Field>,
    path: &str,
) -> Option<Vec<&'d Field>> {
    let mut names = path.split('.').map(|name| name.trim_end_matches("[]"));
    let first = names.next()?;
    let mut passed = vec![fields.into_iter().find(|field| field.wire == first)?];
    for name in names {
        let Type::Model(id) = passed.last()?.ty.innermost() else { return None };
        let fields = &document.model(*id).fields;
        passed.push(fields.iter().find(|field| field.wire == name)?);
    }
    Some(passed)
}

/// The path in Rust, with `[]` behind a list within it: `leaders[].leader_id`.
pub(crate) fn spell(passed: &[&Field]) -> String {
    let name = |field: &&Field| match field.ty {
        Type::List(_) => format!("{}[]", field.name),
        _ => field.name.clone(),
    };
    let Some((last, before)) = passed.split_last() else { return String::new() };
    let names = before.iter().map(name).chain([last.name.clone()]);
    names.collect::<Vec<_>>().join(".")
}

/// The model that a field holds, be it one, a list or a map of it.
pub(crate) fn held(field: &Field) -> Option<ModelId> {
    match field.ty.innermost() {
        Type::Model(id) => Some(*id),
        _ => None,
    }
}
