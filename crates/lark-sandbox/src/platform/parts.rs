//! Which part of the platform has which operations.

use std::sync::Arc;

use super::Part;

/// A row of the table: the beginning of the ids of some operations, and the part that has them.
pub(super) type Row = (&'static str, Arc<dyn Part>);

/// The table. Of the rows that fit, the one with the longest beginning counts.
pub(super) struct Parts(Vec<Row>);

impl Parts {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        Self(rows)
    }

    /// The part that has an operation; None for one without state.
    pub(super) fn of(&self, operation_id: &str) -> Option<&dyn Part> {
        let fitting = self.0.iter().filter(|(prefix, _)| operation_id.starts_with(prefix));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, part)| part.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Refusal, Response};
    use crate::platform::{Call, Checks};
    use crate::services::Services;

    struct Named(Checks);

    impl Part for Named {
        fn checks(&self) -> Checks {
            self.0
        }

        fn respond(&self, _: &Services, _: &mut Call) -> Option<Result<Response, Refusal>> {
            None
        }
    }

    #[test]
    fn the_row_with_the_longest_beginning_has_an_operation() {
        let row = |prefix, checks| -> Row { (prefix, Arc::new(Named(checks))) };
        let parts = Parts::new(vec![
            row("im.v1.message.resource.", Checks::Nothing),
            row("im.v1.", Checks::All),
            row("im.v1.message.", Checks::Admission),
        ]);
        let checks = |id| parts.of(id).map(Part::checks);
        assert_eq!(checks("im.v1.message.resource.get"), Some(Checks::Nothing));
        assert_eq!(checks("im.v1.message.create"), Some(Checks::Admission));
        assert_eq!(checks("im.v1.chat.get"), Some(Checks::All));
        assert_eq!(checks("calendar.v4.event.get"), None);
    }
}
