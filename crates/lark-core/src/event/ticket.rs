//! Feeds app tickets to a client.

use std::borrow::Cow;

use super::handler::{HandlerError, Pending, Route, Run};
use super::head::EventHead;
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
        let (client, head) = (self.client.clone(), EventHead::default());
        Box::new(TicketEvent { client, head, then, nothing: () })
    }
}

struct TicketEvent {
    client: Client,
    head: EventHead,
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

    fn head(&self) -> &EventHead {
        &self.head
    }

    fn set_head(&mut self, head: EventHead) {
        if let Some(then) = &mut self.then {
            then.set_head(head.clone());
        }
        self.head = head;
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
            keep(&self.client, &self.head).await?;
            match self.then.map(Pending::run) {
                Some(Run::Event(then)) => then.await,
                // No callback is called `app_ticket`.
                Some(Run::Callback(_)) | None => Ok(()),
            }
        }))
    }
}

async fn keep(client: &Client, head: &EventHead) -> Result<(), HandlerError> {
    if head.app_id != client.app_id() {
        let app_id = &*head.app_id;
        tracing::warn!(target: "lark_core::event", app_id, "the ticket of another app, not kept");
        return Ok(());
    }
    let push: serde_json::Value = serde_json::from_slice(&head.raw)?;
    let ticket = push["event"]["app_ticket"].as_str().filter(|ticket| !ticket.is_empty());
    let ticket = ticket.ok_or("an app_ticket event without a ticket")?;
    client.set_app_ticket(ticket).await?;
    Ok(())
}
