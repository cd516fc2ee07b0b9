//! The settings of an inbox.

use std::sync::Arc;
use std::time::Duration;

use super::handle::Inbox;
use super::reception::Traces;
use super::report::{InboxReport, ReportHook};
use super::store::{Limits, Store};

/// What an inbox is told once.
pub(super) struct Options {
    pub(super) workers: usize,
    pub(super) max_attempts: u32,
    pub(super) first_backoff: Duration,
    pub(super) longest_backoff: Duration,
    pub(super) lease: Duration,
    pub(super) poll: Duration,
    pub(super) limits: Limits,
    pub(super) on_report: Option<ReportHook>,
    pub(super) traces: Traces,
}

impl Options {
    /// The pause after this attempt: twice as long after each.
    pub(super) fn backoff(&self, attempt: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_backoff.saturating_mul(factor).min(self.longest_backoff)
    }
}

/// Builds an [`Inbox`].
#[must_use]
pub struct InboxBuilder {
    store: Arc<dyn Store>,
    options: Options,
}

impl std::fmt::Debug for InboxBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboxBuilder").finish_non_exhaustive()
    }
}

impl InboxBuilder {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        let options = Options {
            workers: 64,
            max_attempts: 8,
            first_backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(300),
            lease: Duration::from_secs(10),
            poll: Duration::from_millis(50),
            limits: Limits {
                capacity: 1_000_000,
                // The platform's last attempt comes 7 h 5 min 15 s after the first.
                remember: Duration::from_secs(8 * 60 * 60),
                keep: Duration::from_secs(24 * 60 * 60),
                keep_bytes: 256 << 20,
            },
            on_report: None,
            traces: Traces::default(),
        };
        Self { store, options }
    }

    /// The number of events that this process handles at once; 64 by default.
    pub fn workers(mut self, workers: usize) -> Self {
        self.options.workers = workers.max(1);
        self
    }

    /// How often an event is handled at most before it is set aside as a dead letter; 8 by default. An
    /// attempt counts also if the process dies in it.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options.max_attempts = attempts.max(1);
        self
    }

    /// The pause after the first attempt that failed, and the longest one; 1 s and 5 min by default. Each
    /// pause is twice as long as the one before. Events with the same ordering key wait meanwhile, others
    /// do not.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.options.first_backoff = first;
        self.options.longest_backoff = longest.max(first);
        self
    }

    /// How long after its last sign of life the events of a process go to others; 10 s by default, 100 ms
    /// at least. A process that is stopped for longer, and wakes up, finishes nothing that another one has
    /// taken over. The same for all processes.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.options.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// How often this process looks for events that another one has stored; every 50 ms by default. It
    /// sees its own at once, and all of them if the store tells, as `RedisInbox` does: then it looks twice a
    /// second, for delays that are over.
    pub fn poll(mut self, interval: Duration) -> Self {
        self.options.poll = interval.max(Duration::from_millis(1));
        self
    }

    /// The number of events that may wait; 1,000,000 by default. The router replies 503 to what comes
    /// then, so that the platform sends it again.
    pub fn capacity(mut self, events: u64) -> Self {
        self.options.limits.capacity = events;
        self
    }

    /// How long an event is remembered, so that its copies are dropped; 8 hours by default, because the
    /// platform makes its last attempt after 7 h 5 min.
    pub fn remember(mut self, time: Duration) -> Self {
        self.options.limits.remember = time;
        self
    }

    /// For how long, and up to how many bytes of events in all, handled events are kept for
    /// [`replay`](Inbox::replay); 24 h and 256 MiB by default. Zero: they are removed soon.
    pub fn keep_handled(mut self, age: Duration, bytes: u64) -> Self {
        self.options.limits.keep = age;
        self.options.limits.keep_bytes = bytes;
        self
    }

    /// Called with what happens to events, and every 10 s with the gauges, for metrics. Must not block.
    pub fn on_report(mut self, hook: impl Fn(&InboxReport<'_>) + Send + Sync + 'static) -> Self {
        self.options.on_report = Some(Box::new(hook));
        self
    }

    /// Links traces by a context of your own, such as the `traceparent` of OpenTelemetry. `capture` is called
    /// within the span `inbox_reception` of an event that comes in, and what it returns, up to 1 KiB, is stored
    /// with the event. `link` is called with it within the span `inbox_event` of each attempt to handle it, in
    /// whichever process. By default the context is a random number. Both spans have it as the field
    /// `reception`.
    pub fn trace_context(
        mut self,
        capture: impl Fn() -> Option<String> + Send + Sync + 'static,
        link: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        self.options.traces = Traces::new(Box::new(capture), Box::new(link));
        self
    }

    /// Builds the inbox. It begins to work with the router that it is given to.
    #[must_use]
    pub fn build(self) -> Inbox {
        Inbox::new(self.store, self.options)
    }
}
