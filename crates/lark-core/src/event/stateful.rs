//! Handlers that share a state.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::builder::EventRouterBuilder;
use super::handler_error::HandlerError;
use super::header::Event;
use super::routes::TypedRoute;
use crate::payload::{CallbackPayload, EventPayload};

/// The methods of a builder [without a state](EventRouterBuilder::state), for handlers that take it.
impl<S: Send + Sync + 'static> EventRouterBuilder<Arc<S>> {
    /// Handles events of one type. Events with the same
    /// [`ordering_key`](EventPayload::ordering_key) are handled one at a time, in the order of their
    /// arrival.
    pub fn on<T: EventPayload, F>(
        self,
        handler: impl Fn(Arc<S>, Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let handler = self.with_state(handler);
        self.add(T::EVENT_TYPE, TypedRoute::event(handler).erase())
    }

    /// Handles events of one type with an ordering key of your own: events with the same `key` are
    /// handled one at a time, events without one in any order.
    pub fn on_ordered_by<T: EventPayload, F>(
        self,
        key: impl Fn(&T) -> Option<String> + Send + Sync + 'static,
        handler: impl Fn(Arc<S>, Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let route = TypedRoute::event(self.with_state(handler));
        let route = route.ordered_by(move |payload| key(payload).map(Cow::Owned));
        self.add(T::EVENT_TYPE, route.erase())
    }

    /// Handles events of a type that has no payload type, as JSON, in any order.
    pub fn on_raw<F>(
        self,
        event_type: &str,
        handler: impl Fn(Arc<S>, Event<Value>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let handler = self.with_state(handler);
        self.add(event_type, TypedRoute::unordered(handler).erase())
    }

    /// Handles callbacks of one type and returns the reply that the user is waiting for.
    pub fn on_callback<T: CallbackPayload, F>(
        self,
        handler: impl Fn(Arc<S>, Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T::Reply, HandlerError>> + Send + 'static,
    {
        let handler = self.with_state(handler);
        self.add(T::EVENT_TYPE, TypedRoute::callback(handler).erase())
    }

    /// Handles events of all types that have no handler. Without a fallback the router replies 200
    /// to them and counts them as [`Ignored`](crate::EventOutcome::Ignored).
    pub fn fallback<F>(
        self,
        handler: impl Fn(Arc<S>, Event<Value>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let handler = self.with_state(handler);
        self.add_fallback(TypedRoute::unordered(handler).erase())
    }

    /// A handler that takes the event alone.
    fn with_state<E, F>(
        &self,
        handler: impl Fn(Arc<S>, E) -> F + Send + Sync + 'static,
    ) -> impl Fn(E) -> F + Send + Sync + 'static {
        let state = Arc::clone(&self.state);
        move |event| handler(Arc::clone(&state), event)
    }
}
