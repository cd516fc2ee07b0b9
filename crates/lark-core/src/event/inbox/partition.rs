//! Handles the events of one partition, while this process has it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::super::router::Inner;
use super::engine::{Control, Engine};
use super::handling::{InWork, Verdict, handle};
use super::queues::{Queues, Ready};
use super::report::InboxChange;
use super::store::{Lease, Position, Step, StoredEvent};
use super::suspects::{Admission, Suspects};
use super::then::{Permits, Then};
use crate::store::StoreError;
use crate::util::{lock, try_run};

/// So many events are read at once, twice as many after each full page, and never more than the second.
const PAGE: usize = 32;
const LARGEST_PAGE: usize = 256;
/// Most events that are read ahead. Those behind them wait, also if their keys are others.
const READ_AHEAD: usize = 10_000;
/// The pause after the store failed.
const PAUSE: Duration = Duration::from_millis(200);
/// For so long a partition that shall be given back waits for its handlers, beginning none.
const PATIENCE: Duration = Duration::from_secs(2);

/// For so long handlers that are stopped are waited for.
const STOP: Duration = Duration::from_millis(500);

/// How a partition ends.
pub(super) enum End {
    /// Nothing of it is being handled: it can be given back.
    Idle,
    /// Another process has it, or may have it.
    Lost,
}

pub(super) struct Partition {
    engine: Arc<Engine>,
    router: Weak<Inner>,
    control: Arc<Control>,
    lease: Lease,
    queues: Queues,
    read_to: Position,
    /// What the process before had begun, once that was read. It comes once more with the others.
    left: Option<HashSet<Position>>,
    /// Those of it that are handled alone.
    suspects: Suspects,
    /// Whether there may be more to read.
    has_more: bool,
    /// How many events are read next.
    page: usize,
    /// What is to be stored next.
    steps: Vec<Step>,
    /// What becomes of the events of the steps once these are stored.
    then: Vec<Then>,
    running: JoinSet<(StoredEvent, Verdict)>,
    /// The events whose handlers run, and their attempts.
    begun: HashMap<Position, u32>,
    /// A worker that it has waited for. Without it, partitions whose handlers end often would take them all.
    worker: Option<OwnedSemaphorePermit>,
    leaving_since: Option<Instant>,
    /// Whether the store failed the last time.
    is_failing: bool,
}

impl Partition {
    pub(super) fn new(
        engine: Arc<Engine>,
        router: Weak<Inner>,
        control: Arc<Control>,
        lease: Lease,
    ) -> Self {
        Self {
            engine,
            router,
            control,
            lease,
            queues: Queues::default(),
            read_to: Position::default(),
            left: None,
            suspects: Suspects::default(),
            has_more: true,
            page: PAGE,
            steps: Vec::new(),
            then: Vec::new(),
            running: JoinSet::new(),
            begun: HashMap::new(),
            worker: None,
            leaving_since: None,
            is_failing: false,
        }
    }

    /// Runs until the partition is lost or given back. Handlers that run when it is lost are stopped.
    pub(super) async fn run(mut self) -> End {
        loop {
            if self.control.is_lost.load(Ordering::SeqCst) {
                return self.lost().await;
            }
            let control = Arc::clone(&self.control);
            // A turn that is given up has taken its steps or not; they are taken again.
            let done = tokio::select! {
                biased;
                () = control.lost.notified() => continue,
                done = self.turn() => done,
            };
            match done {
                Ok(Some(end)) => return end,
                Ok(None) => self.is_failing = false,
                Err(error) => {
                    self.failed(&error);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn failed(&mut self, error: &StoreError) {
        // Once, not five times a second.
        if !std::mem::replace(&mut self.is_failing, true) {
            let partition = self.lease.partition;
            _ = try_run(|| {
                tracing::warn!(target: "lark_core::event", %error, partition, "the inbox waits");
            });
        }
    }

    /// Takes a look at everything once, and waits if there is nothing to do.
    async fn turn(&mut self) -> Result<Option<End>, StoreError> {
        while let Some(ended) = self.running.try_join_next() {
            self.ended(ended);
        }
        if self.control.has_news.swap(false, Ordering::SeqCst) {
            self.has_more = true;
        }
        let is_leaving = self.is_leaving();
        if !is_leaving {
            if self.wants_more() && !self.read().await? {
                return Ok(Some(self.lost().await));
            }
            self.queues.advance(Instant::now());
            if !self.begin().await? {
                return Ok(Some(self.lost().await));
            }
        }
        if !self.steps.is_empty() {
            let settled = self.engine.ask(|| self.engine.store.settle(&self.lease, &self.steps));
            if !settled.await? {
                return Ok(Some(self.lost().await));
            }
            self.steps.clear();
            self.follow();
            return Ok(None);
        }
        if self.leaving_since.is_some() && self.running.is_empty() {
            return Ok(Some(End::Idle));
        }
        // What was read can begin before the rest is read, however long the backlog.
        if is_leaving || !self.wants_more() {
            self.wait().await;
        }
        Ok(None)
    }

    /// Whether no handler may begin. A partition whose handlers take long is not given back to make
    /// room for others, only to end the process.
    fn is_leaving(&mut self) -> bool {
        if !self.control.is_leaving.load(Ordering::SeqCst) {
            return false;
        }
        let since = *self.leaving_since.get_or_insert_with(Instant::now);
        let is_final = self.engine.is_draining.load(Ordering::SeqCst);
        if !is_final && since.elapsed() > PATIENCE {
            self.control.is_leaving.store(false, Ordering::SeqCst);
            self.leaving_since = None;
            return false;
        }
        true
    }

    /// Whether there may be more to read, and too little to do.
    fn wants_more(&self) -> bool {
        let held = lock(&self.engine.held).len().max(1);
        let enough = (2 * self.engine.options.workers / held).clamp(8, 256);
        self.has_more && self.queues.ready() < enough && self.queues.len() < READ_AHEAD
    }

    /// Reads on, at first what the process before had begun. False: the lease was lost.
    async fn read(&mut self) -> Result<bool, StoreError> {
        let Some(left) = &mut self.left else {
            let begun = self.engine.ask(|| self.engine.store.begun(&self.lease)).await?;
            let Some(begun) = begun else { return Ok(false) };
            self.left = Some(begun.iter().map(|it| it.position).collect());
            self.suspects = Suspects::among(&begun, self.engine.options.max_attempts);
            self.push(begun);
            return Ok(true);
        };
        let limit = self.page;
        let page = self.engine.ask(|| self.engine.store.read(&self.lease, self.read_to, limit));
        let Some(page) = page.await? else { return Ok(false) };
        self.has_more = page.len() >= limit;
        self.page = if self.has_more { (limit * 2).min(LARGEST_PAGE) } else { PAGE };
        self.read_to = page.last().map_or(self.read_to, |it| it.position);
        *lock(&self.control.read_to) = self.read_to;
        let others = page.into_iter().filter(|it| !left.remove(&it.position)).collect();
        self.push(others);
        Ok(true)
    }

    fn push(&mut self, events: Vec<StoredEvent>) {
        let now = Instant::now();
        for mut event in events {
            // A longer pause was stored under a clock that was put back since.
            event.wait = event.wait.min(self.engine.options.longest_backoff);
            self.queues.push(event, now);
        }
    }

    /// Has as many events begin as there are workers. False: the lease was lost.
    async fn begin(&mut self) -> Result<bool, StoreError> {
        while self.queues.ready() > 0 {
            let free = || Arc::clone(&self.engine.workers).try_acquire_owned().ok();
            let Some(worker) = self.worker.take().or_else(free) else { break };
            match self.queues.next() {
                None => break,
                Some(Ready::Event(event)) => self.begin_one(*event, worker),
                Some(Ready::Unloaded(key, positions)) => {
                    let ask = self.engine.ask(|| self.engine.store.load(&self.lease, &positions));
                    match ask.await {
                        Ok(Some(events)) => self.queues.loaded(key, &positions, events),
                        Ok(None) => return Ok(false),
                        Err(error) => {
                            self.queues.not_loaded(key);
                            return Err(error);
                        }
                    }
                }
            }
        }
        self.worker = None;
        Ok(true)
    }

    fn begin_one(&mut self, mut event: StoredEvent, worker: OwnedSemaphorePermit) {
        if event.attempts >= self.engine.options.max_attempts {
            // It was not told how the last attempt ended.
            let reason = format!(
                "attempt {} did not end: its process was killed, or held up for longer than its lease",
                event.attempts
            );
            return self.bury(event, reason);
        }
        let alone = match self.suspects.admit(&event, &self.engine.alone) {
            Admission::Granted(alone) => alone,
            Admission::Denied(until) => return self.queues.again(event, until),
        };
        event.attempts += 1;
        self.steps.push(Step::Begin { position: event.position, attempt: event.attempts });
        self.then.push(Then::Handle(event, Permits { _worker: worker, _alone: alone }));
    }

    fn bury(&mut self, event: StoredEvent, reason: String) {
        let StoredEvent { event_id, event_type, attempts, .. } = &event;
        _ = try_run(|| {
            tracing::error!(target: "lark_core::event", event_id, event_type, attempts, reason, "a dead letter");
        });
        self.steps.push(Step::Dead { position: event.position, reason: reason.clone() });
        self.then.push(Then::Dead(event, reason));
    }

    /// Does what follows the steps that were just stored.
    fn follow(&mut self) {
        let engine = Arc::clone(&self.engine);
        for then in std::mem::take(&mut self.then) {
            engine.report(self.lease.partition, then.event(), then.change());
            match then {
                Then::Handle(event, permits) => self.spawn(event, permits),
                Then::Committed(event, _) | Then::Dead(event, _) => {
                    engine.has_committed.store(true, Ordering::Relaxed);
                    self.queues.finish(&event.ordering_key);
                }
                Then::Again(event, after, _) => {
                    self.queues.again(event, crate::util::later(Instant::now(), after));
                }
            }
        }
    }

    fn spawn(&mut self, event: StoredEvent, permits: Permits) {
        let (router, in_work) = (self.router.clone(), InWork::new(&self.engine));
        let (engine, control) = (Arc::clone(&self.engine), Arc::clone(&self.control));
        self.begun.insert(event.position, event.attempts);
        self.running.spawn(async move {
            // The process may have been stopped since the store agreed, and another may have taken over.
            let is_ours = || {
                Instant::now() < *lock(&engine.alive_until)
                    && !control.is_lost.load(Ordering::SeqCst)
            };
            let verdict = handle(router, &event, &engine.options.traces, is_ours).await;
            drop((permits, in_work));
            (event, verdict)
        });
    }

    /// Notes how a handler ended.
    fn ended(&mut self, ended: Result<(StoredEvent, Verdict), tokio::task::JoinError>) {
        // Only a panic outside of all nets, or the end of the runtime, is an error here.
        let Ok((mut event, verdict)) = ended else {
            tracing::error!(target: "lark_core::event", "an event is handled again after a restart");
            return;
        };
        self.begun.remove(&event.position);
        if !matches!(verdict, Verdict::Stopped) {
            self.suspects.clear(&event);
        }
        match verdict {
            Verdict::Handled(elapsed) => {
                self.steps.push(Step::Done { position: event.position });
                self.then.push(Then::Committed(event, elapsed));
            }
            Verdict::Stopped => {
                let (position, attempt) = (event.position, event.attempts);
                self.begun.insert(position, attempt);
                event.attempts -= 1;
                self.queues.again(event, Instant::now() + PAUSE);
            }
            Verdict::Failed(reason) if event.attempts >= self.engine.options.max_attempts => {
                self.bury(event, reason);
            }
            Verdict::Failed(reason) => {
                let after = self.engine.options.backoff(event.attempts);
                let position = event.position;
                self.steps.push(Step::Retry { position, after, reason: reason.clone() });
                self.then.push(Then::Again(event, after, reason));
            }
        }
    }

    /// Waits until there is something to do.
    async fn wait(&mut self) {
        let next_at = self.queues.next_at().filter(|_| self.leaving_since.is_none());
        self.worker = None;
        let wants_worker = self.queues.ready() > 0 && self.leaving_since.is_none();
        let is_final = self.engine.is_draining.load(Ordering::SeqCst);
        let patience = self.leaving_since.filter(|_| !is_final).map(|since| since + PATIENCE);
        let until = next_at.into_iter().chain(patience).min();
        let (control, workers) = (Arc::clone(&self.control), Arc::clone(&self.engine.workers));
        tokio::select! {
            () = control.wake.notified() => {}
            Some(ended) = self.running.join_next(), if !self.running.is_empty() => self.ended(ended),
            worker = workers.acquire_owned(), if wants_worker => self.worker = worker.ok(),
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {}
        }
    }

    /// Stops the handlers that run. What has ended is stored, and what was stopped has had no attempt, unless
    /// another process has taken over.
    async fn lost(&mut self) -> End {
        while let Some(ended) = self.running.try_join_next() {
            self.ended(ended);
        }
        // A handler that blocks its thread cannot be stopped, and may end meanwhile; the others stop at once.
        self.running.abort_all();
        let stopped = async {
            while let Some(ended) = self.running.join_next().await {
                if ended.is_ok() {
                    self.ended(ended);
                }
            }
        };
        _ = timeout(STOP, stopped).await;
        let unhandled = self.then.iter().filter_map(|then| match then {
            Then::Handle(event, _) => Some((event.position, event.attempts)),
            _ => None,
        });
        self.begun.extend(unhandled);
        let undo =
            |(position, attempt): (Position, u32)| Step::Begin { position, attempt: attempt - 1 };
        self.steps.extend(self.begun.drain().map(undo));
        let settle = self.engine.ask(|| self.engine.store.settle(&self.lease, &self.steps));
        let is_settled = matches!(timeout(STOP, settle).await, Ok(Ok(true)));
        for then in self.then.drain(..) {
            let change = match &then {
                Then::Handle(..) => continue,
                _ if is_settled => then.change(),
                _ => InboxChange::Lost,
            };
            self.engine.report(self.lease.partition, then.event(), change);
        }
        End::Lost
    }
}
