//! Runs one handler, with a time limit; its panic ends nothing else.

use std::pin::Pin;
use std::task::Poll;

use tokio::time::timeout;

use super::dispatcher::Dispatcher;
use super::handler_error::HandlerError;
use super::header::EventHeader;
use super::outcome::EventOutcome;
use super::routes::{ErasedEvent, HandlerFuture};
use crate::util::{poll_once, try_run};

/// How a handler ended.
enum HandlerEnd {
    Returned(Result<Option<String>, HandlerError>),
    Panicked,
    TimedOut,
    Stopped,
}

impl Dispatcher {
    /// Runs the handler of an event.
    pub(super) async fn run(&self, event: Box<dyn ErasedEvent>) -> (EventOutcome, Option<String>) {
        self.run_noting(event, |_| {}).await
    }

    /// As [`run`](Self::run); `note` is given the error of the handler.
    pub(super) async fn run_noting(
        &self,
        event: Box<dyn ErasedEvent>,
        note: impl FnOnce(&HandlerError),
    ) -> (EventOutcome, Option<String>) {
        let EventHeader { event_type, event_id, .. } = event.header();
        let span = tracing::info_span!(target: "lark_core::event", "event", event_type, event_id);
        let end = self.guard(event, &span).await;
        let _entered = span.enter();
        match end {
            HandlerEnd::Returned(Ok(body)) => (EventOutcome::Handled, body),
            HandlerEnd::Returned(Err(error)) => {
                // Both the text and the end of the error are code of the user.
                let shown = try_run(move || {
                    note(&error);
                    tracing::error!(target: "lark_core::event", %error, "handler failed");
                });
                if shown.is_err() {
                    tracing::error!(target: "lark_core::event", "the error of a handler panicked");
                }
                (EventOutcome::Failed, None)
            }
            HandlerEnd::Panicked => {
                tracing::error!(target: "lark_core::event", "handler panicked");
                (EventOutcome::Panicked, None)
            }
            HandlerEnd::Stopped => (EventOutcome::Stopped, None),
            HandlerEnd::TimedOut => {
                let limit = self.handler_timeout;
                tracing::error!(target: "lark_core::event", ?limit, "handler stopped");
                (EventOutcome::TimedOut, None)
            }
        }
    }

    async fn guard(&self, event: Box<dyn ErasedEvent>, span: &tracing::Span) -> HandlerEnd {
        let mut handler = None;
        let end = self.poll_handler(event, &mut handler, span).await;
        // What a handler keeps may panic when it is dropped. How it ended is known already.
        let _entered = span.enter();
        if try_run(move || drop(handler)).is_err() {
            tracing::error!(target: "lark_core::event", "a handler panicked when it was dropped");
        }
        end
    }

    async fn poll_handler(
        &self,
        event: Box<dyn ErasedEvent>,
        handler: &mut Option<HandlerFuture>,
        span: &tracing::Span,
    ) -> HandlerEnd {
        let mut event = Some(event);
        let mut work = std::future::poll_fn(|cx| {
            let _entered = span.enter();
            let poll = try_run(|| {
                if let Some(event) = event.take() {
                    *handler = Some(event.call());
                }
                handler.as_mut().map_or(Poll::Pending, |handler| Pin::new(handler).poll(cx))
            });
            poll.map_or(Poll::Ready(HandlerEnd::Panicked), |poll| poll.map(HandlerEnd::Returned))
        });
        // Most handlers end here and need no timer.
        if let Poll::Ready(end) = poll_once(Pin::new(&mut work)).await {
            return end;
        }
        // In memory of its own, which handlers that end at once do not pay for.
        match Box::pin(timeout(self.handler_timeout, self.stop.unless_stopped(work))).await {
            Ok(end) => end.unwrap_or(HandlerEnd::Stopped),
            Err(_) => HandlerEnd::TimedOut,
        }
    }
}
