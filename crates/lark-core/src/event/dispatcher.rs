//! Runs handlers: each event in its order, within the capacity, once, with a time limit.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::acknowledge::Acknowledge;
use super::dedup::{Claim, Dedup};
use super::handler_error::HandlerError;
use super::header::EventHeader;
use super::job::{Job, ReplySlot};
use super::metrics::{Metrics, Moment, PushInfo};
use super::outcome::EventOutcome;
use super::reply::{EventReply, PushKind};
use super::routes::ErasedEvent;
use super::verify::Delivery;
use crate::util::{KeyGuard, KeyLocks, LockKey, lock};

/// What the handlers of a router share.
pub(super) struct Dispatcher {
    pub(super) acknowledge: Acknowledge,
    pub(super) ack_timeout: Duration,
    pub(super) callback_timeout: Duration,
    pub(super) handler_timeout: Duration,
    pub(super) dedup: Box<dyn Dedup>,
    /// The locks of the ordering keys.
    pub(super) locks: KeyLocks,
    /// One permit for each event that waits for its turn or is being handled.
    pub(super) permits: Semaphore,
    /// Closed when handlers must stop.
    pub(super) stop: Semaphore,
    /// The events that the shutdown stopped.
    pub(super) stopped: Mutex<Vec<Bytes>>,
    pub(super) metrics: Metrics,
}

/// Whether the platform pushes an event again that is not handled now.
#[derive(PartialEq)]
enum Redelivery {
    Expected,
    Never,
}

/// How a handler ended.
enum HandlerEnd {
    Returned(Result<Option<String>, HandlerError>),
    Panicked,
    TimedOut,
    Stopped,
}

impl Dispatcher {
    /// Handles an event and returns the reply, at the latest when the timeout of its kind is over.
    pub(super) async fn dispatch(
        self: &Arc<Self>,
        delivery: Delivery,
        push: Option<PushInfo>,
    ) -> EventReply {
        let Delivery { event, kind, signature } = delivery;
        let (slot, mut reply) = ReplySlot::new(kind, push);
        let job = Job::new(event, signature, &self.locks, slot);
        let mut work = Box::pin(self.clone().process(job));
        // Most handlers end at their first poll and need neither a task nor a timer. The others get
        // a task of their own, which the end of the connection does not stop.
        if poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_pending())).await {
            tokio::spawn(work);
        } else if let Ok(reply) = reply.try_recv() {
            return reply;
        }
        let limit = match kind {
            PushKind::Event => self.ack_timeout,
            PushKind::Callback => self.callback_timeout,
        };
        match timeout(limit, reply).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => EventReply::new(kind, EventOutcome::Stopped, None),
            Err(_) => EventReply::new(kind, EventOutcome::StillRunning, None),
        }
    }

    /// Runs to its end even if nobody waits for the reply any more.
    async fn process(self: Arc<Self>, job: Job) {
        let Job { event, dedup_keys, ordering_key, mut reply } = job;
        let raw = event.header().raw.clone();
        let mut turn = pin!(self.turn(ordering_key));
        // Queues for the ordering key before anything else is waited for: order is that of arrival.
        let early = poll_fn(|cx| Poll::Ready(turn.as_mut().poll(cx))).await;
        let Some(_permit) = self.permit().await else {
            return self.reply(&mut reply, EventOutcome::Busy, None);
        };
        if self.acknowledge == Acknowledge::First && reply.kind == PushKind::Event {
            // Without a receiver the platform pushes again, and gets the reply then.
            _ = reply.fill(EventOutcome::Accepted, None);
        }
        let turn = match early {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => Box::pin(self.unless_stopped(turn)).await,
        };
        let redelivery = match reply.kind == PushKind::Callback || reply.is_filled() {
            true => Redelivery::Never,
            false => Redelivery::Expected,
        };
        let (outcome, body) = match turn {
            Some(_turn) => self.claim_and_run(event, &dedup_keys, redelivery).await,
            None => (EventOutcome::Stopped, None),
        };
        if outcome == EventOutcome::Stopped {
            lock(&self.stopped).push(raw);
        }
        self.reply(&mut reply, outcome, body);
    }

    /// Replies to the push; if it was answered before, only records the outcome.
    fn reply(&self, slot: &mut ReplySlot, outcome: EventOutcome, body: Option<String>) {
        if !slot.fill(outcome, body) {
            self.metrics.record(outcome, Moment::AfterReply, slot.push.as_ref());
        }
    }

    /// Waits for the events before this one with the same ordering key.
    async fn turn(&self, ordering_key: Option<LockKey>) -> Option<KeyGuard> {
        match ordering_key {
            Some(key) => Some(self.locks.lock(key).await),
            None => None,
        }
    }

    /// A permit of the capacity, if one becomes free while the push may wait.
    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        // Replies `Busy` before the timeout would make `StillRunning` of it.
        Box::pin(timeout(self.ack_timeout * 4 / 5, self.permits.acquire())).await.ok()?.ok()
    }

    async fn claim_and_run(
        &self,
        event: Box<dyn ErasedEvent>,
        dedup_keys: &[String],
        redelivery: Redelivery,
    ) -> (EventOutcome, Option<String>) {
        let claim = match dedup_keys {
            [] => Ok(Claim::New),
            keys => self.dedup.claim(keys).await,
        };
        match claim {
            Ok(Claim::New) => {}
            Ok(Claim::Done) => return (EventOutcome::Duplicate, None),
            Ok(Claim::InProgress) => return (EventOutcome::InProgress, None),
            // Handled twice is better than never.
            Err(error) if redelivery == Redelivery::Never => {
                tracing::warn!(target: "lark_core::event", %error, "handled without dedup");
            }
            Err(error) => {
                tracing::error!(target: "lark_core::event", %error, "the dedup store failed");
                return (EventOutcome::StoreFailed, None);
            }
        }
        let (outcome, body) = self.run(event).await;
        let noted = match (dedup_keys, outcome) {
            ([], _) => Ok(()),
            (keys, EventOutcome::Handled) => self.dedup.finish(keys).await,
            (keys, _) => self.dedup.release(keys).await,
        };
        if let Err(error) = noted {
            tracing::error!(target: "lark_core::event", %error, "the dedup store failed to record the end");
        }
        (outcome, body)
    }

    async fn run(&self, event: Box<dyn ErasedEvent>) -> (EventOutcome, Option<String>) {
        let EventHeader { event_type, event_id, .. } = event.header();
        let span = tracing::info_span!(target: "lark_core::event", "event", event_type, event_id);
        let end = self.guard(event, &span).await;
        let _entered = span.enter();
        match end {
            HandlerEnd::Returned(Ok(body)) => (EventOutcome::Handled, body),
            HandlerEnd::Returned(Err(error)) => {
                tracing::error!(target: "lark_core::event", %error, "handler failed");
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

    /// Runs a handler; its panic ends nothing else.
    async fn guard(&self, event: Box<dyn ErasedEvent>, span: &tracing::Span) -> HandlerEnd {
        let mut handler = None;
        let mut event = Some(event);
        let mut work = poll_fn(|cx| {
            let _entered = span.enter();
            let poll = catch_unwind(AssertUnwindSafe(|| {
                if let Some(event) = event.take() {
                    handler = Some(event.call());
                }
                handler.as_mut().map_or(Poll::Pending, |handler| Pin::new(handler).poll(cx))
            }));
            poll.map_or(Poll::Ready(HandlerEnd::Panicked), |poll| poll.map(HandlerEnd::Returned))
        });
        // Most handlers end here and need no timer.
        if let Poll::Ready(end) = poll_fn(|cx| Poll::Ready(Pin::new(&mut work).poll(cx))).await {
            return end;
        }
        // In memory of its own, which handlers that end at once do not pay for.
        match Box::pin(timeout(self.handler_timeout, self.unless_stopped(work))).await {
            Ok(end) => end.unwrap_or(HandlerEnd::Stopped),
            Err(_) => HandlerEnd::TimedOut,
        }
    }

    /// Waits for `work`; `None` if the shutdown stops it before.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut stop = pin!(self.stop.acquire());
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
        })
        .await
    }
}
