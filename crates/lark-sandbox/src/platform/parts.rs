//! Which part of the platform has which operations.

use std::sync::Arc;

use super::Part;

/// A row of the table: the beginning of the ids of some operations, and the part that has them.
pub(super) type Row = (&'static str, Arc<dyn Part>);

/// The table. Of the rows that fit, the one with the longest beginning is asked first, and decides what is
/// checked; the next one if it has no response.
pub(super) struct Parts(Vec<Row>);

impl Parts {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        Self(rows)
    }

    /// The beginnings of all rows.
    #[cfg(test)]
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(prefix, _)| *prefix)
    }

    /// The part that has an operation; None for one without state.
    pub(super) fn of(&self, operation_id: &str) -> Option<&dyn Part> {
        self.all_of(operation_id).next()
    }

    /// The parts that are asked for a response, in this order.
    pub(super) fn all_of(&self, operation_id: &str) -> impl Iterator<Item = &dyn Part> {
        let mut fitting: Vec<_> =
            self.0.iter().filter(|(prefix, _)| operation_id.starts_with(prefix)).collect();
        fitting.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        fitting.into_iter().map(|(_, part)| part.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::http::{Rejection, Response};
    use crate::platform::part::{data, no_data};
    use crate::platform::tenants::Tenants;
    use crate::platform::{Call, Caller, Seed};
    use crate::services::{Apps, Services, SystemClock, Timeline};

    /// A part as one would add it: its state, and what its operations do with it.
    struct Notes {
        notes: Tenants<Vec<String>>,
    }

    impl Part for Notes {
        fn respond(&self, _: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
            let notes = self.notes.of(call.tenant_key())?;
            let mut notes = crate::lock(&notes);
            match call.operation_id {
                "note.v1.note.create" => {
                    notes.push(call.text("text").unwrap_or_default().to_owned());
                    no_data(Ok(()))
                }
                "note.v1.note.list" => data(Ok(json!({ "items": *notes }))),
                _ => None,
            }
        }
    }

    /// The part, and what it responds to this call.
    fn respond(parts: &Parts, operation_id: &'static str, tenant: &str) -> Option<String> {
        let timeline = Timeline::new(Box::new(SystemClock));
        let services = Services::new(String::new(), Apps::default(), timeline);
        let caller = Caller { tenant_key: Some(tenant.to_owned()), ..Caller::default() };
        let mut call = Call::new(operation_id, caller, HeaderMap::new());
        call.body = json!({ "text": "milk" });
        let response = parts.of(operation_id)?.respond(&services, &mut call)?;
        let mut body = response.expect("nothing is rejected").body;
        let chunk = body.next_chunk(usize::MAX).expect("it is in memory").unwrap_or_default();
        Some(String::from_utf8_lossy(&chunk).into_owned())
    }

    #[test]
    fn a_part_has_the_operations_of_its_row_and_state_for_each_tenant() {
        let rows = |seed| -> Vec<Row> {
            vec![("note.v1.", Arc::new(Notes { notes: Tenants::new(seed) }))]
        };
        let parts = Parts::new(rows(Some(Seed::default())));
        respond(&parts, "note.v1.note.create", "a").expect("it has state");
        let list = |tenant| respond(&parts, "note.v1.note.list", tenant).unwrap_or_default();
        assert!(list("a").contains(r#""items":["milk"]"#), "{}", list("a"));
        assert!(list("b").contains(r#""items":[]"#), "{}", list("b"));
        assert_eq!(respond(&parts, "note.v1.note.get", "a"), None);
        assert_eq!(respond(&parts, "calendar.v4.event.get", "a"), None);
        let stateless = Parts::new(rows(None));
        assert_eq!(respond(&stateless, "note.v1.note.list", "a"), None);
    }

    #[test]
    fn the_row_with_the_longest_beginning_counts() {
        let row = |prefix| -> Row { (prefix, Arc::new(Notes { notes: Tenants::new(None) })) };
        let rows = vec![row("im.v1.message.resource."), row("im.v1."), row("im.v1.message.")];
        let parts = Parts::new(rows);
        let row_of = |id| {
            let part: *const dyn Part = parts.of(id)?;
            let mut rows = parts.0.iter();
            let found = rows.find(|(_, known)| std::ptr::addr_eq(Arc::as_ptr(known), part));
            found.map(|(prefix, _)| *prefix)
        };
        assert_eq!(row_of("im.v1.message.resource.get"), Some("im.v1.message.resource."));
        assert_eq!(row_of("im.v1.message.create"), Some("im.v1.message."));
        assert_eq!(row_of("im.v1.chat.get"), Some("im.v1."));
        assert_eq!(row_of("im.v2.chat.get"), None);
    }
}
