//! Carries out one event: its turn, its claim, its handler, its answer.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::{Instant, timeout};

use super::builder::Acknowledge;
use super::dedup::{Claim, Dedup};
use super::handler::{HandlerError, Pending};
use super::header::EventHeader;
use super::outcome::{Counters, EventOutcome, EventReport};
use super::reply::EventReply;
use crate::util::{KeyGuard, KeyLocks, LockKey};

/// Called with each outcome.
pub(super) type OutcomeHook = Box<dyn Fn(&EventReport<'_>) + Send + Sync>;

/// What all events of a router share while they are carried out.
pub(super) struct Works {
    pub(super) acknowledge: Acknowledge,
    pub(super) ack_timeout: Duration,
    pub(super) callback_timeout: Duration,
    pub(super) handler_timeout: Duration,
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
    event_type: Arc<str>,
    since: Instant,
    is_callback: bool,
}

/// An event that somebody asked for, with all that is needed to carry it out.
pub(super) struct Job {
    event: Box<dyn Pending>,
    /// What tells a redelivery.
    keys: Vec<String>,
    lane: Option<LockKey>,
    waiting: Waiting,
}

impl Job {
    /// The second value is where the answer comes.
    pub(super) fn new(
        works: &Works,
        event: Box<dyn Pending>,
        signature: Option<String>,
        is_callback: bool,
        event_type: Arc<str>,
        since: Instant,
    ) -> (Self, oneshot::Receiver<EventReply>) {
        let (sender, answer) = oneshot::channel();
        let keys = keys(&*event, signature.as_deref());
        let lane = match event.lane() {
            Some(lane) => Some(works.lanes.key(&lane)),
            // So that a redelivery waits for the end of the delivery before it.
            None => Some(&event.header().event_id)
                .filter(|event_id| !event_id.is_empty())
                .map(|event_id| works.lanes.key(event_id)),
        };
        let waiting = Waiting { sender: Some(sender), event_type, since, is_callback };
        (Self { event, keys, lane, waiting }, answer)
    }
}

/// How a handler ended.
enum Ended {
    Returned(Result<Option<String>, HandlerError>),
    Panicked,
    TimedOut,
    Stopped,
}

impl Works {
    /// Counts an outcome and tells the hook.
    pub(super) fn report(
        &self,
        outcome: EventOutcome,
        event_type: &str,
        since: Instant,
        is_after_response: bool,
    ) {
        self.counters.count(outcome);
        if let Some(hook) = &self.on_outcome {
            let elapsed = since.elapsed();
            hook(&EventReport { outcome, event_type, elapsed, is_after_response });
        }
    }

    /// Answers, or if somebody did already, only reports.
    fn answer(&self, waiting: &mut Waiting, outcome: EventOutcome, body: Option<String>) {
        let reply = EventReply::to(waiting.is_callback, outcome, body);
        if waiting.sender.take().is_none_or(|sender| sender.send(reply).is_err()) {
            self.report(outcome, &waiting.event_type, waiting.since, true);
        }
    }

    /// Carries out an event. Runs to its end also when nobody waits for the answer any more.
    pub(super) async fn process(self: Arc<Self>, job: Job) {
        let Job { event, keys, lane, mut waiting } = job;
        let raw = event.header().raw.clone();
        let mut turn = pin!(self.turn(lane));
        // The place in the lane is taken before anything is waited for: order is that of arrival.
        let early = poll_fn(|cx| Poll::Ready(turn.as_mut().poll(cx))).await;
        let Some(_permit) = self.permit().await else {
            return self.answer(&mut waiting, EventOutcome::Busy, None);
        };
        if self.acknowledge == Acknowledge::First && !waiting.is_callback {
            self.accept(&mut waiting);
        }
        let turn = match early {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => Box::pin(self.unless_stopped(turn)).await,
        };
        // The platform pushes neither a callback again nor what was acknowledged.
        let comes_once = waiting.is_callback || waiting.sender.is_none();
        let (outcome, body) = match turn {
            Some(_turn) => self.claim_and_run(event, &keys, comes_once).await,
            None => (EventOutcome::Stopped, None),
        };
        if outcome == EventOutcome::Stopped {
            self.stopped.lock().unwrap_or_else(PoisonError::into_inner).push(raw);
        }
        self.answer(&mut waiting, outcome, body);
    }

    /// Waits until the events before this one in its lane are done.
    async fn turn(&self, lane: Option<LockKey>) -> Option<KeyGuard> {
        match lane {
            Some(lane) => Some(self.lanes.lock(lane).await),
            None => None,
        }
    }

    /// A place among the events that are worked on, if one becomes free while the push may wait.
    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        // Leaves time for the answer to be seen as what it is, before the whole timeout is over.
        Box::pin(timeout(self.ack_timeout * 4 / 5, self.permits.acquire())).await.ok()?.ok()
    }

    fn accept(&self, waiting: &mut Waiting) {
        if let Some(sender) = waiting.sender.take() {
            // Whoever has hung up will push again, and is told then.
            _ = sender.send(EventReply::new(EventOutcome::Accepted));
        }
    }

    async fn claim_and_run(
        &self,
        event: Box<dyn Pending>,
        keys: &[String],
        comes_once: bool,
    ) -> (EventOutcome, Option<String>) {
        let claim = match keys {
            [] => Ok(Claim::New),
            keys => self.dedup.claim(keys).await,
        };
        match claim {
            Ok(Claim::New) => {}
            Ok(Claim::Done) => return (EventOutcome::Duplicate, None),
            Ok(Claim::InProgress) => return (EventOutcome::InProgress, None),
            // What does not come again is rather handled twice than never.
            Err(error) if comes_once => {
                tracing::warn!(target: "lark_core::event", %error, "handled without dedup");
            }
            Err(error) => {
                tracing::error!(target: "lark_core::event", %error, "the dedup store failed");
                return (EventOutcome::StoreFailed, None);
            }
        }
        let (outcome, body) = self.run(event).await;
        let noted = match outcome {
            _ if keys.is_empty() => Ok(()),
            EventOutcome::Handled => self.dedup.finish(keys).await,
            _ => self.dedup.release(keys).await,
        };
        if let Err(error) = noted {
            tracing::error!(target: "lark_core::event", %error, "the dedup store was not told");
        }
        (outcome, body)
    }

    async fn run(&self, event: Box<dyn Pending>) -> (EventOutcome, Option<String>) {
        let EventHeader { event_type, event_id, .. } = event.header();
        let span = tracing::info_span!(target: "lark_core::event", "event", event_type, event_id);
        let ended = self.guard(event, &span).await;
        let _entered = span.enter();
        match ended {
            Ended::Returned(Ok(body)) => (EventOutcome::Handled, body),
            Ended::Returned(Err(error)) => {
                tracing::error!(target: "lark_core::event", %error, "handler failed");
                (EventOutcome::Failed, None)
            }
            Ended::Panicked => {
                tracing::error!(target: "lark_core::event", "handler panicked");
                (EventOutcome::Panicked, None)
            }
            Ended::Stopped => (EventOutcome::Stopped, None),
            Ended::TimedOut => {
                let limit = self.handler_timeout;
                tracing::error!(target: "lark_core::event", ?limit, "handler stopped");
                (EventOutcome::TimedOut, None)
            }
        }
    }

    /// Runs a handler so that its panic ends nobody else.
    async fn guard(&self, event: Box<dyn Pending>, span: &tracing::Span) -> Ended {
        let mut run = None;
        let mut event = Some(event);
        let mut work = poll_fn(|cx| {
            let _entered = span.enter();
            let poll = catch_unwind(AssertUnwindSafe(|| {
                if let Some(event) = event.take() {
                    run = Some(event.run());
                }
                run.as_mut().map_or(Poll::Pending, |run| run.poll(cx))
            }));
            poll.map_or(Poll::Ready(Ended::Panicked), |poll| poll.map(Ended::Returned))
        });
        // Most handlers end here, and need no timer.
        if let Poll::Ready(ended) = poll_fn(|cx| Poll::Ready(Pin::new(&mut work).poll(cx))).await {
            return ended;
        }
        // In memory of its own, which those that are done at once do not pay for.
        match Box::pin(timeout(self.handler_timeout, self.unless_stopped(work))).await {
            Ok(ended) => ended.unwrap_or(Ended::Stopped),
            Err(_) => Ended::TimedOut,
        }
    }

    /// Waits for `work`; `None` if the shutdown ends before.
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

/// What tells a redelivery of the event.
fn keys(event: &dyn Pending, signature: Option<&str>) -> Vec<String> {
    let EventHeader { event_id, event_type, app_id, .. } = event.header();
    let first = match signature {
        _ if !event_id.is_empty() => Some([app_id, "/", event_id].concat()),
        Some(signature) => Some(signature.to_owned()),
        None => None,
    };
    let by_identity =
        event.identity().map(|identity| [app_id, "/", event_type, "/", identity].concat());
    first.into_iter().chain(by_identity).collect()
}
