//! Carries out one event: its turn, its claim, its handler, its answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::{Instant, timeout};

use super::builder::Acknowledge;
use super::dedup::{Claim, Dedup};
use super::handler::{HandlerError, Pending, Run};
use super::head::EventHead;
use super::open::Delivery;
use super::outcome::{Counters, EventOutcome, EventReport};
use super::reply::EventReply;
use crate::key_locks::KeyLocks;

/// Called with each outcome.
pub(super) type OutcomeHook = Box<dyn Fn(&EventReport<'_>) + Send + Sync>;

/// What all events of a router share while they are carried out.
pub(super) struct Works {
    pub(super) acknowledge: Acknowledge,
    pub(super) budget: Duration,
    pub(super) callback_budget: Duration,
    pub(super) handler_limit: Duration,
    pub(super) dedup: Box<dyn Dedup>,
    pub(super) lanes: KeyLocks,
    /// One permit for each event that waits for its turn or runs.
    pub(super) permits: Semaphore,
    /// Closed when handlers have to stop.
    pub(super) stop: Semaphore,
    /// The events that the shutdown stopped.
    pub(super) stopped: Mutex<Vec<Bytes>>,
    pub(super) counters: Counters,
    pub(super) on_outcome: Option<OutcomeHook>,
}

/// The way back to whoever waits for the answer to a push.
pub(super) struct Waiting {
    sender: Option<oneshot::Sender<EventReply>>,
    event_type: String,
    since: Instant,
    is_callback: bool,
}

impl Waiting {
    pub(super) fn new(
        delivery: &Delivery,
        since: Instant,
    ) -> (Self, oneshot::Receiver<EventReply>) {
        let (sender, receiver) = oneshot::channel();
        let event_type = delivery.head.event_type.clone();
        let is_callback = delivery.is_callback;
        (Self { sender: Some(sender), event_type, since, is_callback }, receiver)
    }
}

/// How a handler ended.
enum Ended {
    Returned(Result<Option<String>, HandlerError>),
    Panicked,
    Stopped,
}

impl Works {
    /// Counts an outcome and tells the hook.
    pub(super) fn report(&self, report: &EventReport<'_>) {
        self.counters.count(report.outcome);
        if let Some(hook) = &self.on_outcome {
            hook(report);
        }
    }

    /// Answers, or if somebody did already, only reports.
    fn answer(&self, waiting: &mut Waiting, outcome: EventOutcome, body: Option<String>) {
        let reply = match waiting.is_callback {
            true => EventReply::callback(outcome, body),
            false => EventReply::new(outcome),
        };
        let is_aftermath = waiting.sender.take().is_none_or(|sender| sender.send(reply).is_err());
        if is_aftermath {
            let Waiting { event_type, since, .. } = waiting;
            self.report(&EventReport {
                outcome,
                event_type,
                elapsed: since.elapsed(),
                is_aftermath,
            });
        }
    }

    /// Carries out an event that somebody asked for. Runs to its end also when nobody waits for the
    /// answer any more.
    pub(super) async fn process(
        self: Arc<Self>,
        delivery: Delivery,
        payload: Box<dyn Pending>,
        mut waiting: Waiting,
    ) {
        let keys = keys(&delivery, &*payload);
        let raw = delivery.head.raw.clone();
        let lane = payload.lane().or_else(|| keys.first().cloned());
        let mut turn = pin!(async {
            match &lane {
                Some(lane) => Some(self.lanes.lock(lane).await),
                None => None,
            }
        });
        // The place in the lane is taken before anything is waited for: order is that of arrival.
        let early = std::future::poll_fn(|cx| Poll::Ready(turn.as_mut().poll(cx))).await;
        let Some(_permit) = self.permit().await else {
            return self.answer(&mut waiting, EventOutcome::Busy, None);
        };
        if self.acknowledge == Acknowledge::First && !delivery.is_callback {
            self.accept(&mut waiting);
        }
        let turn = match early {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => self.unless_stopped(turn).await,
        };
        let (outcome, body) = match turn {
            Some(_turn) => self.claim_and_run(delivery.head, payload, &keys).await,
            None => (EventOutcome::Stopped, None),
        };
        if outcome == EventOutcome::Stopped {
            self.stopped.lock().unwrap_or_else(PoisonError::into_inner).push(raw);
        }
        self.answer(&mut waiting, outcome, body);
    }

    /// A place among the events that are worked on, if one becomes free while the push may wait.
    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        // Leaves time for the answer to be seen as what it is, before the whole budget is over.
        timeout(self.budget * 4 / 5, self.permits.acquire()).await.ok()?.ok()
    }

    fn accept(&self, waiting: &mut Waiting) {
        if let Some(sender) = waiting.sender.take() {
            // Whoever has hung up will push again, and is told then.
            _ = sender.send(EventReply::new(EventOutcome::Accepted));
        }
    }

    async fn claim_and_run(
        &self,
        head: EventHead,
        payload: Box<dyn Pending>,
        keys: &[String],
    ) -> (EventOutcome, Option<String>) {
        let claim = match keys {
            [] => Ok(Claim::New),
            keys => self.dedup.claim(keys).await,
        };
        match claim {
            Ok(Claim::New) => {}
            Ok(Claim::Done) => return (EventOutcome::Duplicate, None),
            Ok(Claim::InProgress) => return (EventOutcome::Elsewhere, None),
            // What was acknowledged does not come again: rather twice than never.
            Err(error) if self.acknowledge == Acknowledge::First => {
                tracing::warn!(target: "lark_core::event", %error, "handled without dedup");
            }
            Err(error) => {
                tracing::error!(target: "lark_core::event", %error, "the dedup store failed");
                return (EventOutcome::StoreFailed, None);
            }
        }
        let (outcome, body) = self.run(head, payload).await;
        let noted = match (outcome, keys) {
            (_, []) => Ok(()),
            (EventOutcome::Handled, keys) => self.dedup.finish(keys).await,
            (_, keys) => self.dedup.release(keys).await,
        };
        if let Err(error) = noted {
            tracing::error!(target: "lark_core::event", %error, "the dedup store was not told");
        }
        (outcome, body)
    }

    async fn run(
        &self,
        head: EventHead,
        payload: Box<dyn Pending>,
    ) -> (EventOutcome, Option<String>) {
        let event_type = head.event_type.clone();
        let span = tracing::info_span!(
            target: "lark_core::event", "event", event_type, event_id = head.event_id,
        );
        let ended = timeout(self.handler_limit, self.guard(payload.run(head), &span)).await;
        let _entered = span.enter();
        match ended {
            Ok(Ended::Returned(Ok(body))) => (EventOutcome::Handled, body),
            Ok(Ended::Returned(Err(error))) => {
                tracing::error!(target: "lark_core::event", event_type, %error, "handler failed");
                (EventOutcome::Failed, None)
            }
            Ok(Ended::Panicked) => {
                tracing::error!(target: "lark_core::event", event_type, "handler panicked");
                (EventOutcome::Panicked, None)
            }
            Ok(Ended::Stopped) => (EventOutcome::Stopped, None),
            Err(_) => {
                let limit = self.handler_limit;
                tracing::error!(target: "lark_core::event", event_type, ?limit, "handler stopped");
                (EventOutcome::TimedOut, None)
            }
        }
    }

    /// Polls a handler so that its panic ends nobody else.
    async fn guard(&self, mut handler: Run, span: &tracing::Span) -> Ended {
        let work = std::future::poll_fn(|cx| {
            let _entered = span.enter();
            match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
                Ok(poll) => poll.map(Ended::Returned),
                Err(_) => Poll::Ready(Ended::Panicked),
            }
        });
        self.unless_stopped(work).await.unwrap_or(Ended::Stopped)
    }

    /// Waits for `work`; `None` if the shutdown ends before.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut stop = pin!(self.stop.acquire());
        std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
        })
        .await
    }
}

/// What tells a redelivery of the event.
fn keys(delivery: &Delivery, payload: &dyn Pending) -> Vec<String> {
    let EventHead { event_id, event_type, app_id, .. } = &delivery.head;
    let mut keys = Vec::with_capacity(2);
    if !event_id.is_empty() {
        keys.push(format!("{app_id}/{event_id}"));
    } else if let Some(signature) = &delivery.signature {
        keys.push(format!("signature/{signature}"));
    }
    if let Some(identity) = payload.identity() {
        keys.push(format!("{app_id}/{event_type}/{identity}"));
    }
    keys
}
