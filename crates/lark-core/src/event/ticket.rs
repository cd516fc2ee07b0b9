//! Feeds app tickets to a client.

use std::borrow::Cow;

use super::handler::{HandlerError, Pending, Route, Run};
use super::header::EventHeader;
use crate::client::Client;
use crate::wire::Slot;

pub(super) const APP_TICKET: &str = "app_ticket";

/// Keeps the ticket, then lets the user's own handler have the event, if there is one.
pub(super) struct TicketRoute {
    client: Client,
    then: Option<Box<dyn Route>>,
}

impl TicketRoute {
    pub(super) fn new(client: Client, then: Option<Box<dyn Route>>) -> Self {
        Self { client, then }
    }
}

impl Route for TicketRoute {
    fn blank(&self) -> Box<dyn Pending> {
        let then = self.then.as_ref().map(|route| route.blank());
        let (client, header) = (self.client.clone(), EventHeader::default());
        Box::new(TicketEvent { client, header, then, nothing: () })
    }
}

struct TicketEvent {
    client: Client,
    header: EventHeader,
    then: Option<Box<dyn Pending>>,
    nothing: (),
}

impl Pending for TicketEvent {
    fn slot(&mut self) -> Slot<'_> {
        match &mut self.then {
            Some(then) => then.slot(),
            None => Slot::Plain(&mut self.nothing),
        }
    }

    fn header(&self) -> &EventHeader {
        &self.header
    }

    fn set_header(&mut self, header: EventHeader) {
        if let Some(then) = &mut self.then {
            then.set_header(header.clone());
        }
        self.header = header;
    }

    fn is_callback(&self) -> bool {
        false
    }

    /// One after the other, so that the newest is kept.
    fn lane(&self) -> Option<Cow<'_, str>> {
        Some(APP_TICKET.into())
    }

    fn identity(&self) -> Option<&str> {
        None
    }

    fn run(self: Box<Self>) -> Run {
        Run::Event(Box::pin(async move {
            keep(&self.client, &self.header).await?;
            match self.then.map(Pending::run) {
                Some(Run::Event(then)) => then.await,
                // No callback is called `app_ticket`.
                Some(Run::Callback(_)) | None => Ok(()),
            }
        }))
    }
}

async fn keep(client: &Client, header: &EventHeader) -> Result<(), HandlerError> {
    if header.app_id != client.app_id() {
        let app_id = &*header.app_id;
        tracing::warn!(target: "lark_core::event", app_id, "the ticket of another app, not kept");
        return Ok(());
    }
    let push: serde_json::Value = serde_json::from_slice(&header.raw)?;
    let ticket = push["event"]["app_ticket"].as_str().filter(|ticket| !ticket.is_empty());
    let ticket = ticket.ok_or("an app_ticket event without a ticket")?;
    client.set_app_ticket(ticket).await?;
    Ok(())
}
