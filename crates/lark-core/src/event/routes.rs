//! The handlers of a router by event type, with the types of their payloads erased.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::handler_error::HandlerError;
use super::header::{Event, EventHeader};
use super::reply::PushKind;
use crate::payload::{CallbackPayload, CallbackReply, EventPayload};
use crate::wire::{Decode, Slot};

/// The handlers by event type.
#[derive(Default)]
pub(super) struct Routes {
    /// A bot has a handful of types, which are compared faster than hashed.
    by_type: BTreeMap<String, ErasedRoute>,
    fallback: Option<ErasedRoute>,
}

impl Routes {
    /// Sets the handler of a type and returns the one before.
    pub(super) fn insert(&mut self, event_type: &str, route: ErasedRoute) -> Option<ErasedRoute> {
        self.by_type.insert(event_type.to_owned(), route)
    }

    pub(super) fn remove(&mut self, event_type: &str) -> Option<ErasedRoute> {
        self.by_type.remove(event_type)
    }

    /// Sets the handler of all other types and returns the one before.
    pub(super) fn set_fallback(&mut self, route: ErasedRoute) -> Option<ErasedRoute> {
        self.fallback.replace(route)
    }

    /// An empty event for the handler of the type.
    pub(super) fn new_event(&self, event_type: &str) -> Option<Box<dyn ErasedEvent>> {
        let route = self.by_type.get(event_type).or(self.fallback.as_ref())?;
        Some(route())
    }
}

/// A handler of some payload type: makes an empty event, to be filled from a push.
pub(super) type ErasedRoute = Box<dyn Fn() -> Box<dyn ErasedEvent> + Send + Sync>;

/// An event of some payload type, with its handler.
pub(super) trait ErasedEvent: Send {
    /// Where the payload is decoded into.
    fn payload(&mut self) -> Slot<'_>;

    fn header(&self) -> &EventHeader;

    fn set_header(&mut self, header: EventHeader);

    fn kind(&self) -> PushKind;

    /// Events with the same key are handled one at a time, in the order of their arrival.
    fn ordering_key(&self) -> Option<Cow<'_, str>>;

    /// What redeliveries share besides the event id.
    fn identity(&self) -> Option<&str>;

    /// Calls the handler, which may panic.
    fn call(self: Box<Self>) -> HandlerFuture;
}

/// A running handler. A callback's handler returns the body of the reply.
pub(super) enum HandlerFuture {
    // Boxed as the handler returned them: an async block around them would double their size.
    Event(Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>),
    Callback(Pin<Box<dyn Future<Output = Result<String, HandlerError>> + Send>>),
}

impl Future for HandlerFuture {
    type Output = Result<Option<String>, HandlerError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Event(future) => future.as_mut().poll(cx).map_ok(|()| None),
            Self::Callback(future) => future.as_mut().poll(cx).map_ok(Some),
        }
    }
}

/// Derives the ordering key from a payload.
type OrderingKey<T> = Box<dyn Fn(&T) -> Option<Cow<'_, str>> + Send + Sync>;

/// A handler of events with payload `T`, and what the router asks of such payloads.
pub(super) struct TypedRoute<T> {
    kind: PushKind,
    ordering_key: OrderingKey<T>,
    identity: fn(&T) -> Option<&str>,
    call: Box<dyn Fn(Event<T>) -> HandlerFuture + Send + Sync>,
}

impl<T: Decode + Default + Send + 'static> TypedRoute<T> {
    /// A handler of events that have neither an ordering key nor an identity.
    pub(super) fn unordered<F>(handler: impl Fn(Event<T>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        Self {
            kind: PushKind::Event,
            ordering_key: Box::new(|_| None),
            identity: |_| None,
            call: Box::new(move |event| HandlerFuture::Event(Box::pin(handler(event)))),
        }
    }

    /// A handler of events whose ordering key and identity their payload type declares.
    pub(super) fn event<F>(handler: impl Fn(Event<T>) -> F + Send + Sync + 'static) -> Self
    where
        T: EventPayload,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        Self { identity: T::identity, ..Self::unordered(handler) }
            .ordered_by(|payload| payload.ordering_key().map(Cow::Borrowed))
    }

    /// A handler of callbacks. They have no order, because a user waits.
    pub(super) fn callback<F>(handler: impl Fn(Event<T>) -> F + Send + Sync + 'static) -> Self
    where
        T: CallbackPayload,
        F: Future<Output = Result<T::Reply, HandlerError>> + Send + 'static,
    {
        let call = move |event| {
            let reply = handler(event);
            HandlerFuture::Callback(Box::pin(async move { Ok(reply.await?.to_body()) }))
        };
        Self {
            kind: PushKind::Callback,
            ordering_key: Box::new(|_| None),
            identity: |_| None,
            call: Box::new(call),
        }
    }

    pub(super) fn ordered_by(
        self,
        key: impl Fn(&T) -> Option<Cow<'_, str>> + Send + Sync + 'static,
    ) -> Self {
        Self { ordering_key: Box::new(key), ..self }
    }

    pub(super) fn erase(self) -> ErasedRoute {
        let route = Arc::new(self);
        Box::new(move || {
            let event = Event { header: EventHeader::default(), payload: T::default() };
            Box::new(TypedEvent { event, route: route.clone() })
        })
    }
}

struct TypedEvent<T> {
    event: Event<T>,
    route: Arc<TypedRoute<T>>,
}

impl<T: Decode + Send + 'static> ErasedEvent for TypedEvent<T> {
    fn payload(&mut self) -> Slot<'_> {
        Slot::Plain(&mut self.event.payload)
    }

    fn header(&self) -> &EventHeader {
        &self.event.header
    }

    fn set_header(&mut self, header: EventHeader) {
        self.event.header = header;
    }

    fn kind(&self) -> PushKind {
        self.route.kind
    }

    fn ordering_key(&self) -> Option<Cow<'_, str>> {
        (self.route.ordering_key)(&self.event.payload)
    }

    fn identity(&self) -> Option<&str> {
        (self.route.identity)(&self.event.payload)
    }

    fn call(self: Box<Self>) -> HandlerFuture {
        let Self { event, route } = *self;
        (route.call)(event)
    }
}
