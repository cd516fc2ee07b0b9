//! The work of an event: its first poll, and a task for what is left.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver};
use tokio::time::timeout;

use super::dispatcher::Dispatcher;
use super::metrics::{Moment, PushInfo};
use super::outcome::EventOutcome;
use super::reply::{EventReply, PushKind};
use crate::util::try_run;

/// What the work of an event comes to: the reply to its push, unless that was given before.
pub(super) type Worked = Option<(EventReply, Option<PushInfo>)>;

/// The work of an event, in memory of its own, so that it can become a task.
pub(super) struct Work {
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) future: Pin<Box<dyn Future<Output = Worked> + Send>>,
    /// Where the reply comes from if it may be given before the work is done.
    pub(super) early: Option<Receiver<EventReply>>,
    pub(super) kind: PushKind,
    /// When the push gets a reply in any case.
    pub(super) limit: Duration,
}

impl Work {
    /// Does the work until the reply is known. It goes on if this is dropped.
    pub(super) async fn reply(mut self) -> EventReply {
        // Most handlers end at their first poll and need neither a task nor a timer. The others get
        // a task of their own, which the end of the connection does not stop.
        let is_pending = match poll_in_net(self.future.as_mut()).await {
            Poll::Ready(Ok(Some((reply, _)))) => return reply,
            Poll::Ready(Ok(None)) => false,
            Poll::Ready(Err(outcome)) => return EventReply::new(self.kind, outcome, None),
            Poll::Pending => true,
        };
        // In memory of its own, which events that end at once do not pay for.
        Box::pin(self.wait(is_pending)).await
    }

    async fn wait(self, is_pending: bool) -> EventReply {
        let Self { dispatcher, future, early, kind, limit } = self;
        let (sender, mut reply) = match early {
            Some(early) => (None, early),
            None => {
                let (sender, receiver) = oneshot::channel();
                (Some(sender), receiver)
            }
        };
        if is_pending {
            tokio::spawn(async move {
                let (Some((reply, push)), Some(sender)) = (future.await, sender) else { return };
                if let Err(reply) = sender.send(reply) {
                    dispatcher.metrics.record(reply.outcome, Moment::AfterReply, push.as_ref());
                }
            });
        }
        if let Ok(reply) = reply.try_recv() {
            return reply;
        }
        let reply = wait(limit, reply).await;
        reply.unwrap_or_else(|outcome| EventReply::new(kind, outcome, None))
    }
}

/// Waits for a result for at most `limit`.
pub(super) async fn wait<T>(limit: Duration, result: Receiver<T>) -> Result<T, EventOutcome> {
    match timeout(limit, result).await {
        Ok(Ok(result)) => Ok(result),
        // Its task panicked, outside of the handler.
        Ok(Err(_)) => Err(EventOutcome::Panicked),
        Err(_) => Err(EventOutcome::StillRunning),
    }
}

/// Polls the work of an event for the first time, which runs in the task of its push. Handlers have
/// nets of their own; this one is for all else.
async fn poll_in_net<F: Future + ?Sized>(
    mut work: Pin<&mut F>,
) -> Poll<Result<F::Output, EventOutcome>> {
    poll_fn(|cx| {
        let polled = try_run(|| work.as_mut().poll(cx));
        Poll::Ready(polled.map_or_else(
            |_| {
                tracing::error!(target: "lark_core::event", "the handling of an event panicked");
                Poll::Ready(Err(EventOutcome::Panicked))
            },
            |poll| poll.map(Ok),
        ))
    })
    .await
}
