//! Gives app tickets to the client of a marketplace app.

use std::borrow::Cow;

use super::handler_error::HandlerError;
use super::header::EventHeader;
use super::reply::PushKind;
use super::routes::{ErasedEvent, ErasedRoute, HandlerFuture, TypedRoute};
use crate::client::Client;
use crate::wire::{Slot, read_value};

/// The event type of app tickets.
pub(super) const APP_TICKET: &str = "app_ticket";

/// Stores the ticket of each event in `client`, then calls the app's own handler, if there is one.
pub(super) fn route(client: Client, handler: Option<ErasedRoute>) -> ErasedRoute {
    let handler =
        handler.unwrap_or_else(|| TypedRoute::<()>::unordered(|_| async { Ok(()) }).erase());
    Box::new(move || Box::new(TicketEvent { client: client.clone(), event: handler() }))
}

struct TicketEvent {
    client: Client,
    event: Box<dyn ErasedEvent>,
}

impl ErasedEvent for TicketEvent {
    fn payload(&mut self) -> Slot<'_> {
        self.event.payload()
    }

    fn header(&self) -> &EventHeader {
        self.event.header()
    }

    fn set_header(&mut self, header: EventHeader) {
        self.event.set_header(header);
    }

    fn kind(&self) -> PushKind {
        PushKind::Event
    }

    /// One at a time, so that the newest ticket wins.
    fn ordering_key(&self) -> Option<Cow<'_, str>> {
        Some(APP_TICKET.into())
    }

    fn identity(&self) -> Option<&str> {
        None
    }

    fn call(self: Box<Self>) -> HandlerFuture {
        let Self { client, event } = *self;
        HandlerFuture::Event(Box::pin(async move {
            store(&client, event.header()).await?;
            event.call().await?;
            Ok(())
        }))
    }
}

async fn store(client: &Client, header: &EventHeader) -> Result<(), HandlerError> {
    if header.app_id != client.app_id() {
        let app_id = &*header.app_id;
        tracing::warn!(target: "lark_core::event", app_id, "the ticket of another app, not kept");
        return Ok(());
    }
    let push = read_value(&header.raw)?;
    let ticket = push["event"]["app_ticket"].as_str().filter(|ticket| !ticket.is_empty());
    let ticket = ticket.ok_or("an app_ticket event without a ticket")?;
    client.set_app_ticket(ticket).await?;
    Ok(())
}
