//! Handlers, with their types erased.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use serde_json::Value;

use super::header::{Event, EventHeader};
use crate::payload::{CallbackPayload, CallbackReply, EventPayload};
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

/// A future of a handler, in no more memory than it needs itself.
type Work<T> = Pin<Box<dyn Future<Output = Result<T, HandlerError>> + Send>>;

/// A handler at work.
pub(super) enum Run {
    Event(Work<()>),
    /// Gives the body of the reply.
    Callback(Work<String>),
}

impl Run {
    /// Goes on; at the end gives the body of a callback's reply.
    pub(super) fn poll(
        &mut self,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<Option<String>, HandlerError>> {
        match self {
            Self::Event(work) => work.as_mut().poll(cx).map_ok(|()| None),
            Self::Callback(work) => work.as_mut().poll(cx).map_ok(Some),
        }
    }
}

/// What is registered for a type.
pub(super) trait Route: Send + Sync {
    /// A place to read an event of the type into.
    fn blank(&self) -> Box<dyn Pending>;
}

/// An event that waits to be read, then for its handler.
pub(super) trait Pending: Send {
    /// Where the payload is read into.
    fn slot(&mut self) -> Slot<'_>;

    fn header(&self) -> &EventHeader;

    fn set_header(&mut self, header: EventHeader);

    /// Whether a user waits for the reply.
    fn is_callback(&self) -> bool;

    /// Events of one lane are handled one after the other.
    fn lane(&self) -> Option<Cow<'_, str>>;

    fn identity(&self) -> Option<&str>;

    /// Calls the handler, which may panic.
    fn run(self: Box<Self>) -> Run;
}

/// Derives the lane from a payload.
pub(super) type LaneOf<T> = Box<dyn Fn(&T) -> Option<Cow<'_, str>> + Send + Sync>;

/// What a payload says of itself; differs between typed and raw ones.
pub(super) struct Traits<T> {
    pub(super) lane: LaneOf<T>,
    pub(super) identity: fn(&T) -> Option<&str>,
    pub(super) is_callback: bool,
}

impl<T: EventPayload> Traits<T> {
    pub(super) fn event() -> Self {
        let lane: LaneOf<T> = Box::new(|payload| payload.ordering_key().map(Cow::Borrowed));
        Self { lane, identity: T::identity, is_callback: false }
    }
}

impl<T> Traits<T> {
    /// Callbacks have no lane: a user waits.
    pub(super) fn callback() -> Self {
        Self { lane: Box::new(|_| None), identity: |_| None, is_callback: true }
    }
}

impl Traits<Value> {
    pub(super) fn raw() -> Self {
        Self { is_callback: false, ..Self::callback() }
    }
}

/// A handler with the form of its results hidden.
pub(super) trait Handler<T>: Send + Sync + 'static {
    fn call(&self, event: Event<T>) -> Run;
}

/// A handler of events.
pub(super) struct OfEvents<H>(pub(super) H);

impl<T, H, F> Handler<T> for OfEvents<H>
where
    H: Fn(Event<T>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    fn call(&self, event: Event<T>) -> Run {
        Run::Event(Box::pin((self.0)(event)))
    }
}

/// A handler of callbacks.
pub(super) struct OfCallbacks<H>(pub(super) H);

impl<T, H, F> Handler<T> for OfCallbacks<H>
where
    T: CallbackPayload,
    H: Fn(Event<T>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<T::Reply, HandlerError>> + Send + 'static,
{
    fn call(&self, event: Event<T>) -> Run {
        let reply = (self.0)(event);
        Run::Callback(Box::pin(async move { Ok(reply.await?.to_body()) }))
    }
}

/// A route to one handler.
pub(super) struct Typed<T, H>(Arc<Target<T, H>>);

struct Target<T, H> {
    traits: Traits<T>,
    handler: H,
}

impl<T, H> Typed<T, H> {
    pub(super) fn new(traits: Traits<T>, handler: H) -> Self {
        Self(Arc::new(Target { traits, handler }))
    }
}

impl<T: Decode + Default + Send + 'static, H: Handler<T>> Route for Typed<T, H> {
    fn blank(&self) -> Box<dyn Pending> {
        let event = Event { header: EventHeader::default(), payload: T::default() };
        Box::new(TypedEvent { event, target: self.0.clone() })
    }
}

struct TypedEvent<T, H> {
    event: Event<T>,
    target: Arc<Target<T, H>>,
}

impl<T: Decode + Send + 'static, H: Handler<T>> Pending for TypedEvent<T, H> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Plain(&mut self.event.payload)
    }

    fn header(&self) -> &EventHeader {
        &self.event.header
    }

    fn set_header(&mut self, header: EventHeader) {
        self.event.header = header;
    }

    fn is_callback(&self) -> bool {
        self.target.traits.is_callback
    }

    fn lane(&self) -> Option<Cow<'_, str>> {
        (self.target.traits.lane)(&self.event.payload)
    }

    fn identity(&self) -> Option<&str> {
        (self.target.traits.identity)(&self.event.payload)
    }

    fn run(self: Box<Self>) -> Run {
        let Self { event, target } = *self;
        target.handler.call(event)
    }
}
