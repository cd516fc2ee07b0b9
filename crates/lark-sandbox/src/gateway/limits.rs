//! Rate limits, counted per operation, app and tenant, and per chat.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::http::{Refusal, codes};
use crate::platform::Caller;

/// How often an app may call an operation in one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    calls: u32,
    window: Duration,
    status: u16,
    tells_reset: bool,
}

impl RateLimit {
    /// So many calls in each second of the sandbox's clock. More are refused with HTTP 429 and
    /// 99991400, and are told when the second ends.
    pub fn per_second(calls: u32) -> Self {
        Self { calls, window: Duration::from_secs(1), status: 429, tells_reset: true }
    }

    /// So many calls in each minute of the sandbox's clock.
    pub fn per_minute(calls: u32) -> Self {
        Self { window: Duration::from_secs(60), ..Self::per_second(calls) }
    }

    /// Refuses in this HTTP status. Old operations use 400.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn in_status(mut self, status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        self.status = status;
        self
    }

    /// Leaves out the header that says how long to wait.
    pub fn without_reset(mut self) -> Self {
        self.tells_reset = false;
        self
    }

    /// The window that this time is in, and how long it goes on.
    fn window(&self, now: SystemTime) -> (u128, Duration) {
        let elapsed = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let length = self.window.as_nanos();
        let passed = u64::try_from(elapsed % length).unwrap_or_default();
        (elapsed / length, self.window - Duration::from_nanos(passed))
    }
}

/// A refusal for too many calls.
pub(crate) fn refusal(status: u16, limit: u32, reset: Option<u64>) -> Refusal {
    let mut refusal = Refusal::of(codes::RATE_LIMIT);
    refusal.status = status;
    refusal.add_header("x-ogw-ratelimit-limit", limit.to_string());
    if let Some(seconds) = reset {
        refusal.add_header("x-ogw-ratelimit-reset", seconds.to_string());
    }
    refusal
}

/// The limits of a sandbox.
#[derive(Default)]
pub(crate) struct Limits {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    rules: HashMap<&'static str, RateLimit>,
    calls: Counter<Counted>,
    refused: HashMap<&'static str, u64>,
    chat_rule: Option<RateLimit>,
    chats: Counter<String>,
}

/// What is counted by itself.
#[derive(PartialEq, Eq, Hash)]
struct Counted {
    operation_id: &'static str,
    app_id: Option<String>,
    tenant_key: Option<String>,
}

/// The number of the latest window and the calls in it, for each key.
struct Counter<K>(HashMap<K, (u128, u32)>);

impl<K> Default for Counter<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Counter<K> {
    /// Counts a call, unless it is one too many: then how long its window goes on.
    fn admit(&mut self, key: K, rule: RateLimit, now: SystemTime) -> Result<(), Duration> {
        let (number, left) = rule.window(now);
        let (latest, calls) = self.0.entry(key).or_default();
        if *latest != number {
            (*latest, *calls) = (number, 0);
        }
        if *calls >= rule.calls {
            return Err(left);
        }
        *calls += 1;
        Ok(())
    }
}

impl Limits {
    /// Limits an operation; None lifts its limit.
    pub(crate) fn set(&self, operation_id: &'static str, rule: Option<RateLimit>) {
        let mut books = crate::lock(&self.books);
        books.calls.0.retain(|counted, _| counted.operation_id != operation_id);
        match rule {
            Some(rule) => drop(books.rules.insert(operation_id, rule)),
            None => drop(books.rules.remove(operation_id)),
        }
    }

    /// Counts a call, unless it is one too many. Refused ones do not count.
    pub(crate) fn admit(
        &self,
        operation_id: &'static str,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let mut books = crate::lock(&self.books);
        let Some(rule) = books.rules.get(operation_id).copied() else { return Ok(()) };
        let (app_id, tenant_key) = (caller.app_id.clone(), caller.tenant_key.clone());
        let counted = Counted { operation_id, app_id, tenant_key };
        let Err(left) = books.calls.admit(counted, rule, now) else { return Ok(()) };
        *books.refused.entry(operation_id).or_default() += 1;
        let seconds = left.as_nanos().div_ceil(1_000_000_000).max(1);
        let reset = rule.tells_reset.then(|| u64::try_from(seconds).unwrap_or(u64::MAX));
        Err(refusal(rule.status, rule.calls, reset))
    }

    /// Limits each chat; None lifts the limit.
    pub(crate) fn set_chats(&self, rule: Option<RateLimit>) {
        let mut books = crate::lock(&self.books);
        books.chat_rule = rule;
        books.chats = Counter::default();
    }

    /// Counts a message to a chat, unless it is one too many.
    pub(crate) fn admit_to_chat(&self, chat_id: &str, now: SystemTime) -> Result<(), Refusal> {
        let mut books = crate::lock(&self.books);
        let Some(rule) = books.chat_rule else { return Ok(()) };
        let admitted = books.chats.admit(chat_id.to_owned(), rule, now);
        admitted.map_err(|_| Refusal::of(codes::CHAT_LIMIT))
    }

    /// How many calls of an operation were one too many.
    pub(crate) fn refused(&self, operation_id: &str) -> u64 {
        crate::lock(&self.books).refused.get(operation_id).copied().unwrap_or_default()
    }

    /// The same for every operation that has refused any.
    pub(crate) fn all_refused(&self) -> HashMap<&'static str, u64> {
        crate::lock(&self.books).refused.clone()
    }
}
