//! App tickets: what the platform sends to a marketplace app, to prove that it asked for a token.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::services::ids::Ids;

/// The tickets by app.
#[derive(Default)]
pub(crate) struct Tickets {
    table: Mutex<HashMap<String, Ticket>>,
}

struct Ticket {
    current: String,
    resends: u64,
}

impl Tickets {
    /// The ticket that is accepted now.
    pub(crate) fn current(&self, app_id: &str, ids: &Ids) -> String {
        self.with(app_id, ids, |ticket| ticket.current.clone())
    }

    /// A new ticket; the one before is accepted no longer.
    pub(crate) fn rotate(&self, app_id: &str, ids: &Ids) -> String {
        let next = new(ids);
        self.with(app_id, ids, |ticket| ticket.current.clone_from(&next));
        next
    }

    /// Counts a request to send the ticket again, and returns it.
    pub(super) fn resend(&self, app_id: &str, ids: &Ids) -> String {
        self.with(app_id, ids, |ticket| {
            ticket.resends += 1;
            ticket.current.clone()
        })
    }

    pub(crate) fn resends(&self, app_id: &str) -> u64 {
        crate::lock(&self.table).get(app_id).map_or(0, |ticket| ticket.resends)
    }

    fn with<T>(&self, app_id: &str, ids: &Ids, look: impl FnOnce(&mut Ticket) -> T) -> T {
        let mut table = crate::lock(&self.table);
        let first = || Ticket { current: new(ids), resends: 0 };
        look(table.entry(app_id.to_owned()).or_insert_with(first))
    }
}

fn new(ids: &Ids) -> String {
    ids.next("ticket_")
}
