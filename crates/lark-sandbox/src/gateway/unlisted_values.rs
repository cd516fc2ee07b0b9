//! Values of requests that an enum of the spec does not list. The platform may know them; mistyped ones
//! are among them.

use super::checks::Checked;
use super::tally::Tally;
use crate::spec::{BodyFormat, InputPlace, Operation, Place};

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

type Key = (&'static str, InputPlace, String, String);

/// Those that came so far.
#[derive(Default)]
pub(crate) struct UnlistedValues {
    times: Tally<Key>,
}

impl UnlistedValues {
    /// Counts those of a request.
    pub(super) fn count(&self, operation: &Operation, checked: &Checked) {
        let found = found(operation, checked).into_iter();
        self.times.count(found.map(|(place, name, value)| (operation.id, place, name, value)));
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

fn found(operation: &Operation, checked: &Checked) -> Vec<(InputPlace, String, String)> {
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
    let with = |place| move |(name, value)| (place, name, value);
    of_query
        .into_iter()
        .map(with(InputPlace::Query))
        .chain(of_body.into_iter().map(with(place)))
        .collect()
}
