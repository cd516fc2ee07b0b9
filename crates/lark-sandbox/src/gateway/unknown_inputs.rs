//! Inputs that no spec has. The platform ignores them; mistyped names are among them.

use super::tally::Tally;
use crate::spec::{InputPlace, Violation};

/// An input that came to an operation and is not in its spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownInput {
    /// `im.v1.message.create`
    pub operation_id: &'static str,
    /// Where it stood.
    pub place: InputPlace,
    /// Its name, or the way to it in a body: `items[*].color`.
    pub name: String,
    /// The number of times it came.
    pub times: u64,
}

type Key = (&'static str, InputPlace, String);

/// Those that came so far, and whether they are rejected.
#[derive(Default)]
pub(crate) struct UnknownInputs {
    are_rejected: bool,
    times: Tally<Key>,
}

impl UnknownInputs {
    pub(super) fn new(are_rejected: bool) -> Self {
        Self { are_rejected, times: Tally::default() }
    }

    /// Counts them, and leaves what a call is rejected for.
    pub(super) fn count(&self, id: &'static str, violations: &mut Vec<Violation>) {
        self.times.count(
            violations.iter().filter_map(|violation| {
                Some((id, violation.unknown_in()?, violation.field.clone()))
            }),
        );
        if !self.are_rejected {
            violations.retain(|violation| violation.unknown_in().is_none());
        }
    }

    /// All of them, by operation.
    pub(crate) fn all(&self) -> Vec<UnknownInput> {
        self.times.all(|(operation_id, place, name), times| UnknownInput {
            operation_id,
            place: *place,
            name: name.clone(),
            times,
        })
    }
}
