//! Handles events: each in its order, within the capacity, once.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::SemaphorePermit;
use tokio::sync::oneshot::Receiver;
use tokio::time::{Instant, timeout};

use super::acknowledge::Acknowledge;
use super::copies::{Copies, Redelivered};
use super::dedup::{Claim, ClaimGuard, DedupKeys, GuardedDedup};
use super::job::{Job, ReplySlot};
use super::metrics::{Metrics, Moment, PushInfo};
use super::outcome::EventOutcome;
use super::places::{Places, Size};
use super::reply::{EventReply, PushKind};
use super::routes::ErasedEvent;
use super::stop::Stop;
use super::verify::Delivery;
use super::work::{Work, Worked, wait};
use crate::util::{KeyGuard, KeyLocks, LockKey, lock, poll_once, try_run};

/// Longest time for a claim. The platform waits for 3 s.
const CLAIM_LIMIT: Duration = Duration::from_secs(2);
/// The same for a callback, whose handler needs the rest.
const CALLBACK_CLAIM_LIMIT: Duration = Duration::from_secs(1);

/// What the handlers of a router share.
pub(super) struct Dispatcher {
    pub(super) acknowledge: Acknowledge,
    pub(super) ack_timeout: Duration,
    pub(super) callback_timeout: Duration,
    pub(super) handler_timeout: Duration,
    pub(super) dedup: Arc<GuardedDedup>,
    pub(super) copies: Arc<Copies>,
    /// The locks of the ordering keys.
    pub(super) locks: KeyLocks,
    pub(super) places: Places,
    /// Whether no more events are handled.
    pub(super) is_closing: AtomicBool,
    pub(super) stop: Stop,
    /// The events that the shutdown stopped.
    pub(super) stopped: Mutex<Vec<Bytes>>,
    pub(super) metrics: Metrics,
}

impl Dispatcher {
    /// Begins to handle an event.
    pub(super) fn dispatch(
        self: &Arc<Self>,
        delivery: Delivery,
        push: Option<PushInfo>,
    ) -> Begun<'_> {
        let Delivery { event, kind, signature } = delivery;
        let (slot, early) = match self.replies_early(kind) {
            true => {
                let (slot, early) = ReplySlot::early(kind, push);
                (slot, Some(early))
            }
            false => (ReplySlot::new(kind, push), None),
        };
        // The ordering key may come from a closure of the user.
        let job = try_run(|| Job::new(event, signature, &self.dedup, &self.locks, slot));
        let Ok(job) = job else {
            tracing::error!(target: "lark_core::event", "the ordering key of an event panicked");
            return Begun::Replied(EventReply::new(kind, EventOutcome::Panicked, None));
        };
        let limit = match kind {
            PushKind::Event => self.ack_timeout,
            PushKind::Callback => self.callback_timeout,
        };
        let Some(redelivered) = self.copies.find(&job.dedup_keys.hashes) else {
            return Begun::Working(self.work(job, early, limit));
        };
        // In memory of its own, which events that come once do not pay for.
        Begun::Waiting(Box::pin(async move {
            let start = Instant::now();
            match wait_as_copy(redelivered, job, limit).await {
                Ok(job) => {
                    let limit = limit.saturating_sub(start.elapsed());
                    self.work(job, early, limit).reply().await
                }
                Err(outcome) => EventReply::new(kind, outcome, None),
            }
        }))
    }

    /// Whether the reply to a push may be known before the work is done: because it is acknowledged
    /// first, or because its end is recorded in a store that is slow.
    fn replies_early(&self, kind: PushKind) -> bool {
        let is_first = self.acknowledge == Acknowledge::First && kind == PushKind::Event;
        is_first || !self.dedup.is_in_memory()
    }

    fn work(
        self: &Arc<Self>,
        job: Job,
        early: Option<Receiver<EventReply>>,
        limit: Duration,
    ) -> Work {
        let kind = job.reply.kind;
        let future = Box::pin(Arc::clone(self).process(job));
        Work { dispatcher: Arc::clone(self), future, early, kind, limit }
    }

    /// Runs to its end even if nobody waits for the reply any more. Returns the reply that nobody got
    /// before.
    async fn process(self: Arc<Self>, job: Job) -> Worked {
        let Job { event, dedup_keys, ordering_key, mut reply } = job;
        let _under_way = self.places.enter();
        // Looked at after it was counted: so the shutdown waits for what does not see it. A redelivery may
        // have waited for long.
        if self.is_closing.load(Ordering::SeqCst) {
            self.reply(&mut reply, EventOutcome::Closing, None);
            return reply.into_worked();
        }
        let raw = event.header().raw.clone();
        let size = self.places.size(raw.len());
        let is_accepted = AtomicBool::new(false);
        let outcome = {
            // Of one type for both polls, or it would be compiled twice.
            let mut work: Pin<&mut (dyn Future<Output = EventOutcome> + Send)> = pin!(async {
                match self.admit(ordering_key, size, &mut reply, &is_accepted).await {
                    Ok(_admitted) => self.handle(event, &dedup_keys, &mut reply).await,
                    Err(outcome) => self.reply(&mut reply, outcome, None),
                }
            });
            match poll_once(work.as_mut()).await {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => {
                    // From here on, copies of it may come.
                    let is_accepted = is_accepted.load(Ordering::Relaxed);
                    let original = self.copies.note(dedup_keys.hashes, is_accepted);
                    let outcome = work.await;
                    original.finish(outcome);
                    outcome
                }
            }
        };
        if outcome == EventOutcome::Stopped {
            lock(&self.stopped).push(raw);
        }
        reply.into_worked()
    }

    /// Waits for the turn of an event and for a place to handle it.
    async fn admit(
        &self,
        ordering_key: Option<LockKey>,
        size: Size,
        reply: &mut ReplySlot,
        is_accepted: &AtomicBool,
    ) -> Result<(Option<KeyGuard>, SemaphorePermit<'_>), EventOutcome> {
        let mut turn = pin!(self.turn(ordering_key));
        // Queues for the ordering key before anything else is waited for: order is that of arrival.
        if let Poll::Ready(turn) = poll_once(turn.as_mut()).await {
            let place = self.place(ordering_key, size).await.ok_or(EventOutcome::Busy)?;
            self.accept(reply, is_accepted);
            return Ok((turn, place));
        }
        let _waiting = self.places.wait(ordering_key, size).ok_or(EventOutcome::Busy)?;
        self.accept(reply, is_accepted);
        // It was accepted, so it waits for as long as it takes.
        let admitted = Box::pin(
            self.stop.unless_stopped(async { Some((turn.await, self.places.run(size).await?)) }),
        );
        admitted.await.flatten().ok_or(EventOutcome::Stopped)
    }

    /// Waits for the events before this one with the same ordering key.
    async fn turn(&self, ordering_key: Option<LockKey>) -> Option<KeyGuard> {
        match ordering_key {
            Some(key) => Some(self.locks.lock(key).await),
            None => None,
        }
    }

    /// A place for a handler, if one becomes free while the push may wait.
    async fn place(&self, key: Option<LockKey>, size: Size) -> Option<SemaphorePermit<'_>> {
        if let Some(place) = self.places.try_run(size) {
            return Some(place);
        }
        let waiting = self.places.wait(key, size)?;
        // Replies `Busy` before the timeout would make `StillRunning` of it. In memory of its own, which
        // events that find a place do not pay for.
        Box::pin(async move {
            let place = timeout(self.ack_timeout / 5 * 4, self.places.run(size)).await;
            drop(waiting);
            place.ok()?
        })
        .await
    }

    fn accept(&self, reply: &mut ReplySlot, is_accepted: &AtomicBool) {
        if self.acknowledge == Acknowledge::First && reply.kind == PushKind::Event {
            // Without a receiver the platform pushes again, and gets the reply then.
            _ = reply.fill(EventOutcome::Accepted, None);
            is_accepted.store(true, Ordering::Relaxed);
        }
    }

    /// Replies to the push; if it was answered before, only records the outcome.
    fn reply(
        &self,
        slot: &mut ReplySlot,
        outcome: EventOutcome,
        body: Option<String>,
    ) -> EventOutcome {
        if !slot.fill(outcome, body) {
            self.metrics.record(outcome, Moment::AfterReply, slot.push.as_ref());
        }
        outcome
    }

    /// Handles an event whose turn has come, unless it was handled before.
    async fn handle(
        &self,
        event: Box<dyn ErasedEvent>,
        dedup_keys: &DedupKeys,
        reply: &mut ReplySlot,
    ) -> EventOutcome {
        let claim = match self.claim(dedup_keys, reply).await {
            Ok(claim) => claim,
            Err(outcome) => return self.reply(reply, outcome, None),
        };
        let (outcome, body) = self.run(event).await;
        let was_handled = outcome == EventOutcome::Handled;
        let Some(claim) = claim.and_then(|claim| claim.end_now(was_handled)) else {
            return self.reply(reply, outcome, body);
        };
        // In memory of its own, which the store in memory does not pay for.
        Box::pin(async move {
            let mut end: Pin<&mut (dyn Future<Output = ()> + Send)> =
                pin!(claim.end(was_handled, &self.stop));
            let is_late = poll_once(end.as_mut()).await.is_pending();
            if is_late && !was_handled {
                end.as_mut().await;
            }
            // A slow store is no reason to have the event pushed again.
            self.reply(reply, outcome, body);
            if is_late && was_handled {
                end.await;
            }
            outcome
        })
        .await
    }

    /// Claims an event. Without keys, or if the store fails and the platform does not push again, there
    /// is no claim.
    async fn claim<'a>(
        &'a self,
        dedup_keys: &'a DedupKeys,
        reply: &ReplySlot,
    ) -> Result<Option<ClaimGuard<'a>>, EventOutcome> {
        if dedup_keys.is_empty() {
            return Ok(None);
        }
        let limit = match reply.kind {
            PushKind::Event => CLAIM_LIMIT,
            PushKind::Callback => CALLBACK_CLAIM_LIMIT,
        };
        match self.dedup.claim(dedup_keys, limit, &self.stop).await {
            None => Err(EventOutcome::Stopped),
            Some(Ok(Claim::New)) => Ok(Some(ClaimGuard::new(&self.dedup, dedup_keys))),
            Some(Ok(Claim::Done)) => Err(EventOutcome::Duplicate),
            Some(Ok(Claim::InProgress)) => Err(EventOutcome::InProgress),
            Some(Err(error)) => {
                let is_last = reply.kind == PushKind::Callback || reply.is_filled();
                // The text is the user's.
                _ = try_run(move || match is_last {
                    // Handled twice is better than never.
                    true => {
                        tracing::warn!(target: "lark_core::event", %error, "handled without dedup")
                    }
                    false => {
                        tracing::error!(target: "lark_core::event", %error, "the dedup store failed")
                    }
                });
                is_last.then_some(None).ok_or(EventOutcome::StoreFailed)
            }
        }
    }
}

/// An event that has begun.
pub(super) enum Begun<'a> {
    /// It has ended at once.
    Replied(EventReply),
    /// Its work is prepared.
    Working(Work),
    /// It waits first.
    Waiting(Pin<Box<dyn Future<Output = EventReply> + Send + 'a>>),
}

/// Waits until a copy of an event that is under way knows its outcome, or has to be handled itself.
async fn wait_as_copy(
    redelivered: Redelivered,
    job: Job,
    limit: Duration,
) -> Result<Job, EventOutcome> {
    match redelivered {
        Redelivered::Accepted => Err(EventOutcome::Accepted),
        Redelivered::Wait { outcome, is_first } => {
            let job = is_first.then_some(job);
            let outcome = wait(limit, outcome).await.unwrap_or_else(|outcome| outcome);
            job.filter(|_| outcome == EventOutcome::InProgress).ok_or(outcome)
        }
    }
}
