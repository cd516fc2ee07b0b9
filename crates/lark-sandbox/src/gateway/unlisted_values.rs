//! Values of requests that an enum of the spec does not list. The platform may know them; mistyped ones
//! are among them, so that a strict sandbox rejects them.

use super::checks::Checked;
use super::tally::Tally;
use crate::spec::{BodyFormat, InputPlace, Operation, Place, Violation};

/// A value that came to an operation and is not in the list of its spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnlistedValue {
    /// `im.v1.chat.create`
    pub operation_id: &'static str,
    /// Where it stood.
    pub place: InputPlace,
    /// The name of the input, or the way to it in a body: `items[*].color`.
    pub name: String,
    /// The value, at most 64 characters of it.
    pub value: String,
    /// The number of times it came.
    pub times: u64,
}

/// Operations whose part rejects such values itself, with the platform's code.
const OWN_CODES: [&str; 1] = ["im.v1.message.resource.get"];

type Key = (&'static str, InputPlace, String, String);

/// Those that came so far, and whether they are rejected.
#[derive(Default)]
pub(crate) struct UnlistedValues {
    are_rejected: bool,
    times: Tally<Key>,
}

impl UnlistedValues {
    pub(super) fn new(are_rejected: bool) -> Self {
        Self { are_rejected, times: Tally::default() }
    }

    /// Counts those of a request, and adds what it is rejected for.
    pub(super) fn count(&self, operation: &Operation, checked: &mut Checked) {
        let found = found(operation, checked);
        self.times.count(found.iter().map(|(place, violation)| {
            (operation.id, *place, violation.field.clone(), violation.value.clone())
        }));
        if !self.are_rejected || OWN_CODES.contains(&operation.id) {
            return;
        }
        for (_, violation) in found {
            // What has the wrong type is not listed either.
            let mut known = checked.violations.iter();
            if !known.any(|it| (&it.field, &it.value) == (&violation.field, &violation.value)) {
                checked.violations.push(violation);
            }
        }
    }

    /// All of them, by operation.
    pub(crate) fn all(&self) -> Vec<UnlistedValue> {
        self.times.all(|(operation_id, place, name, value), times| UnlistedValue {
            operation_id,
            place: *place,
            name: name.clone(),
            value: value.clone(),
            times,
        })
    }
}

fn found(operation: &Operation, checked: &Checked) -> Vec<(InputPlace, Violation)> {
    let mut of_query = Vec::new();
    for parameter in operation.parameters.iter().filter(|it| it.place == Place::Query) {
        let schema = parameter.schema.items().unwrap_or(parameter.schema);
        for value in checked.params.query.get(parameter.name).into_iter().flatten() {
            schema.unlisted_text(parameter.name, value, &mut of_query);
        }
    }
    let mut of_body = Vec::new();
    let place = match operation.body {
        BodyFormat::Json(schema) => {
            schema.unlisted("", &checked.body, &mut of_body);
            InputPlace::Body
        }
        BodyFormat::Multipart(schema) => {
            schema.unlisted("", &checked.body, &mut of_body);
            InputPlace::Form
        }
        BodyFormat::None => InputPlace::Body,
    };
    let at = |place| move |violation| (place, violation);
    of_query
        .into_iter()
        .map(at(InputPlace::Query))
        .chain(of_body.into_iter().map(at(place)))
        .collect()
}
