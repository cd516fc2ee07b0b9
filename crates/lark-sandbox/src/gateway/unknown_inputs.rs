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
    /// Its name, or the way to it in a body: `items[].color`.
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
        self.times.count(violations.iter().filter_map(|violation| {
            Some((id, violation.unknown_in()?, without_positions(&violation.field)))
        }));
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

/// `items[3].color` is the same input as `items[0].color`.
fn without_positions(field: &str) -> String {
    let mut text = String::new();
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        text.push_str("[]");
        rest = after.split_once(']').map_or("", |(_, rest)| rest);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::without_positions;

    #[test]
    fn a_name_has_no_positions() {
        assert_eq!(without_positions("a[0].b[12].c"), "a[].b[].c");
        assert_eq!(without_positions("a.b"), "a.b");
    }
}
