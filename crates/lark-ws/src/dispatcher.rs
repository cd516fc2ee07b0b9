//! From an event to its acknowledgement.

use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::StatusCode;
use lark_core::__private::{Panicked, caught, poll_once, try_run};
use lark_core::{EventReply, EventRouter};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::acknowledgement::{Outcome, Receipt};
use crate::report::Report;
use crate::session::Command;
use crate::shared::{Shared, count};

/// Most events that have arrived and that the router has not seen yet. It is only ever reached if a
/// handler blocks its thread.
pub(crate) const QUEUE: usize = 1024;

/// An event, and where its acknowledgement goes.
pub(crate) struct Inbound {
    pub(crate) payload: Bytes,
    pub(crate) due: Due,
}

/// An acknowledgement that a session waits for.
pub(crate) struct Due {
    pub(crate) receipt: Receipt,
    pub(crate) received: Instant,
    pub(crate) link: Arc<Link>,
}

/// The way back to a session.
pub(crate) struct Link {
    pub(crate) connection_id: Arc<str>,
    pub(crate) commands: mpsc::UnboundedSender<Command>,
}

/// Gives events to the router, in the order of their arrival. It has a task of its own, so that a
/// handler that computes for long does not keep the connection from answering.
pub(crate) async fn dispatch(
    shared: Arc<Shared>,
    router: EventRouter,
    mut queue: mpsc::Receiver<Inbound>,
) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_) = running.join_next() => {}
            inbound = queue.recv() => {
                let Some(inbound) = inbound else { break };
                let Inbound { payload, due } = inbound;
                let mut reply = reply(router.clone(), payload, &due);
                // The first poll takes the place among the events with the same ordering key, and
                // is the only one of most.
                match poll_once(Pin::new(&mut reply)).await {
                    Poll::Ready(reply) => due.acknowledge(&shared, reply.ok()),
                    Poll::Pending => {
                        let shared = Arc::clone(&shared);
                        running.spawn(async move {
                            let reply = reply.await;
                            due.acknowledge(&shared, reply.ok());
                        });
                    }
                }
            }
        }
    }
    while running.join_next().await.is_some() {}
}

/// The reply of the router, which catches the panics of handlers, hooks and stores. Whatever else may panic,
/// such as a subscriber of traces, must not end the task of all events.
fn reply(
    router: EventRouter,
    payload: Bytes,
    due: &Due,
) -> impl Future<Output = Result<EventReply, Panicked>> + Unpin + Send + 'static {
    let span = try_run(|| {
        let connection_id = &*due.link.connection_id;
        let span = tracing::debug_span!(
            target: "lark_ws", "long_connection", connection_id, log_id = Empty
        );
        if !span.is_disabled() {
            due.receipt.log_id().inspect(|id| _ = span.record("log_id", id));
        }
        span
    });
    let span = span.unwrap_or_else(|_| Span::none());
    caught(move || Box::pin(async move { router.handle_trusted(payload).await }.instrument(span)))
}

impl Due {
    /// Sends it, with this reply of the router.
    fn acknowledge(self, shared: &Shared, reply: Option<EventReply>) {
        let elapsed = self.received.elapsed();
        let outcome = match &reply {
            Some(reply) if reply.status == StatusCode::OK => Outcome::Handled {
                elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                reply: reply.callback_body().cloned(),
            },
            _ => Outcome::Failed,
        };
        let acknowledgement = Command::Acknowledge(self.receipt.acknowledge(&outcome));
        // The session has ended if this fails. The platform sends the event again, on another one.
        if self.link.commands.send(acknowledgement).is_ok() {
            count(&shared.status.counters.acknowledged);
        }
        if let Some(reply) = reply {
            let is_final = outcome != Outcome::Failed;
            shared.report(&Report::Acknowledged { outcome: reply.outcome, is_final, elapsed });
        }
    }
}
