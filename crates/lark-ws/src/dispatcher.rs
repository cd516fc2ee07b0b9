//! From an event to its acknowledgement.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use lark_core::__private::{caught, poll_once};
use lark_core::EventRouter;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

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
    pub(crate) receipt: Receipt,
    pub(crate) received: Instant,
    pub(crate) connection_id: Arc<str>,
    pub(crate) session: mpsc::UnboundedSender<Command>,
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
                let mut work = answer(Arc::clone(&shared), router.clone(), inbound);
                // The first poll takes the place among the events with the same ordering key, and
                // is the only one of most.
                if poll_once(work.as_mut()).await.is_pending() {
                    running.spawn(work);
                }
            }
        }
    }
    while running.join_next().await.is_some() {}
}

fn answer(
    shared: Arc<Shared>,
    router: EventRouter,
    inbound: Inbound,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let Inbound { payload, receipt, received, connection_id, session } = inbound;
    let handle = move |receipt: &Receipt| {
        let span = tracing::debug_span!(
            target: "lark_ws", "long_connection", connection_id = &*connection_id, log_id = Empty
        );
        if !span.is_disabled() {
            receipt.log_id().inspect(|id| _ = span.record("log_id", id));
        }
        let work = async move { router.handle_trusted(payload).await };
        Box::pin(work.instrument(span))
    };
    Box::pin(async move {
        // The router catches the panics of handlers, hooks and stores. Whatever else may panic, such as a
        // subscriber of traces, must not end the task of all events.
        let reply = caught(|| handle(&receipt)).await;
        let elapsed = received.elapsed();
        let outcome = match &reply {
            Ok(reply) if reply.status == StatusCode::OK => Outcome::Handled {
                elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                reply: reply.callback_body().cloned(),
            },
            _ => Outcome::Failed,
        };
        // The session has ended if this fails. The platform sends the event again, on another one.
        if session.send(Command::Acknowledge(receipt.acknowledge(&outcome))).is_ok() {
            count(&shared.status.counters.acknowledged);
        }
        if let Ok(reply) = reply {
            let is_final = outcome != Outcome::Failed;
            shared.report(&Report::Acknowledged { outcome: reply.outcome, is_final, elapsed });
        }
    })
}
