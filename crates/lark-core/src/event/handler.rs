//! Handlers, with their types erased.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

use super::head::{Event, EventHead};
use super::payload::{CallbackPayload, CallbackReply, EventPayload};
use crate::wire::{Decode, Slot};

/// Why a handler failed. Every error turns into one by `?`, texts too.
///
/// ```
/// use lark_core::HandlerError;
///
/// fn parse(text: &str) -> Result<u32, HandlerError> {
///     if text.is_empty() {
///         return Err("there is no number".into());
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(parse("").unwrap_err().to_string(), "there is no number");
/// ```
pub struct HandlerError(Box<dyn StdError + Send + Sync>);

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A handler at work. Gives the body of a callback's reply, `None` for an event.
pub(super) type Run = Pin<Box<dyn Future<Output = Result<Option<String>, HandlerError>> + Send>>;

/// What is registered for a type.
pub(super) trait Route: Send + Sync {
    /// A place to read an event of the type into.
    fn blank(&self) -> Box<dyn Pending>;

    /// Whether a user waits for the reply.
    fn is_callback(&self) -> bool;
}

/// An event that waits to be read, then for its handler.
pub(super) trait Pending: Send {
    fn slot(&mut self) -> Slot<'_>;

    /// Events of one lane are handled one after the other.
    fn lane(&self) -> Option<String>;

    fn identity(&self) -> Option<&str>;

    fn run(self: Box<Self>, head: EventHead) -> Run;
}

/// Derives the lane from a payload.
pub(super) type LaneOf<T> = Arc<dyn Fn(&T) -> Option<String> + Send + Sync>;

/// What a payload says of itself; differs between typed and raw ones.
pub(super) struct Traits<T> {
    pub(super) lane: LaneOf<T>,
    pub(super) identity: fn(&T) -> Option<&str>,
    pub(super) is_callback: bool,
}

impl<T> Clone for Traits<T> {
    fn clone(&self) -> Self {
        Self { lane: self.lane.clone(), ..*self }
    }
}

impl<T: EventPayload> Traits<T> {
    pub(super) fn event() -> Self {
        let lane: LaneOf<T> = Arc::new(|payload| payload.subject().map(str::to_owned));
        Self { lane, identity: T::identity, is_callback: false }
    }
}

impl<T> Traits<T> {
    /// Callbacks have no lane: a user waits.
    pub(super) fn callback() -> Self {
        Self { lane: Arc::new(|_| None), identity: |_| None, is_callback: true }
    }
}

impl Traits<Value> {
    pub(super) fn raw() -> Self {
        Self { is_callback: false, ..Self::callback() }
    }
}

/// A route to one handler.
pub(super) struct Typed<T, H> {
    traits: Traits<T>,
    handler: Arc<H>,
}

impl<T, H> Typed<T, H> {
    pub(super) fn new(traits: Traits<T>, handler: H) -> Self {
        Self { traits, handler: Arc::new(handler) }
    }
}

impl<T, H> Route for Typed<T, H>
where
    T: Decode + Default + Send + 'static,
    H: Fn(Event<T>) -> Run + Send + Sync + 'static,
{
    fn blank(&self) -> Box<dyn Pending> {
        let (traits, handler) = (self.traits.clone(), self.handler.clone());
        Box::new(TypedEvent { payload: T::default(), traits, handler })
    }

    fn is_callback(&self) -> bool {
        self.traits.is_callback
    }
}

struct TypedEvent<T, H> {
    payload: T,
    traits: Traits<T>,
    handler: Arc<H>,
}

impl<T, H> Pending for TypedEvent<T, H>
where
    T: Decode + Send + 'static,
    H: Fn(Event<T>) -> Run + Send + Sync + 'static,
{
    fn slot(&mut self) -> Slot<'_> {
        Slot::Plain(&mut self.payload)
    }

    fn lane(&self) -> Option<String> {
        (self.traits.lane)(&self.payload)
    }

    fn identity(&self) -> Option<&str> {
        (self.traits.identity)(&self.payload)
    }

    fn run(self: Box<Self>, head: EventHead) -> Run {
        // A handler that panics before its first await is caught like one that panics later.
        Box::pin(async move { (self.handler)(Event { head, payload: self.payload }).await })
    }
}

/// Erases the future of an event's handler.
pub(super) fn event_handler<T, F>(
    handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
) -> impl Fn(Event<T>) -> Run + Send + Sync + 'static
where
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    move |event| {
        let handled = handler(event);
        Box::pin(async move { handled.await.map(|()| None) })
    }
}

/// Erases the future and the reply of a callback's handler.
pub(super) fn callback_handler<T: CallbackPayload, F>(
    handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
) -> impl Fn(Event<T>) -> Run + Send + Sync + 'static
where
    F: Future<Output = Result<T::Reply, HandlerError>> + Send + 'static,
{
    move |event| {
        let handled = handler(event);
        Box::pin(async move { handled.await.map(|reply| Some(reply.to_body())) })
    }
}
