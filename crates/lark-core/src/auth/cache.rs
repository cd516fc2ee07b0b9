//! The cache of tokens: one fetch at a time per token, shared by all waiting calls.

use std::collections::{BinaryHeap, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::TokenKey;
use crate::error::{Cause, Error, Result, Stage};
use crate::util::{BoxFuture, Flight, Panicked, Secret, SingleFlight, caught, later, lock};

/// A token is renewed at least this long before it expires.
const MIN_MARGIN: Duration = Duration::from_secs(180);
/// A token is not renewed before it has this age, unless it has expired.
const MIN_AGE: Duration = Duration::from_secs(5);
/// The longest lifetime of a token of the platform.
pub(super) const MAX_LIFE: Duration = Duration::from_secs(7200);

/// Most tokens that are kept: 16,384 tenants, at about 3 KB. The others are in the store.
const MAX_TOKENS: usize = 1 << 14;

/// A token and its end, by the monotonic clock, which does not change when the computer's clock is set.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    secret: Secret,
    renew_at: Instant,
    expires_at: Instant,
}

impl Token {
    /// A token just issued for `life`, renewed when a tenth of that is left or 3 minutes, whichever is
    /// longer, but not in the first half of its life. A life that the platform does not issue is
    /// not believed.
    pub(crate) fn new(secret: Secret, life: Duration) -> Self {
        let now = Instant::now();
        let life = life.min(MAX_LIFE);
        let margin = (life / 10).max(MIN_MARGIN).min(life / 2);
        let renewed_after = (life - margin).max(MIN_AGE.min(life));
        Self { secret, renew_at: later(now, renewed_after), expires_at: later(now, life) }
    }
}

/// The fetch of a token.
pub(crate) type Fetch = Pin<Box<dyn Future<Output = Result<Token>> + Send>>;

/// The tokens of one app.
#[derive(Clone, Default)]
pub(crate) struct TokenCache {
    entries: Arc<Mutex<HashMap<TokenKey, Entry>>>,
}

#[derive(Default)]
struct Entry {
    token: Option<Token>,
    fetch: SingleFlight<Result<Secret>>,
    /// The last token that the platform rejected.
    rejected: Option<Secret>,
}

/// How a call gets its token.
enum Plan {
    Use(Secret),
    Wait(Flight<Result<Secret>>),
    /// A fetch failed just now.
    Fail(Error),
}

impl TokenCache {
    /// The token of `key`: the cached one, or the one that `fetch` returns, which gets the token that it
    /// is to replace. Calls share a fetch in progress, and it continues if they are dropped. The time
    /// spent waiting is added to `waited`.
    ///
    /// # Errors
    /// The fetch failed; every call that waited for it gets the same error, and so does a call that
    /// comes soon afterwards.
    pub(crate) async fn get(
        &self,
        key: &TokenKey,
        fetch: &(dyn Fn(Option<Secret>) -> Fetch + Sync),
        waited: &mut Duration,
    ) -> Result<Secret> {
        loop {
            let flight = match self.plan(key, fetch) {
                Plan::Use(secret) => return Ok(secret),
                Plan::Fail(error) => return Err(error),
                Plan::Wait(flight) => flight,
            };
            let since = Instant::now();
            let outcome = wait(flight).await;
            *waited += since.elapsed();
            if let Some(result) = outcome {
                return result;
            }
        }
    }

    /// Removes `secret` if it is still the token of `key`. When many calls are rejected with the
    /// same token, only the first one finds it here; the others find its successor, or wait for it.
    pub(crate) fn discard(&self, key: &TokenKey, secret: &Secret) {
        if let Some(entry) = self.lock().get_mut(key)
            && entry.token.take_if(|token| token.secret == *secret).is_some()
        {
            entry.rejected = Some(secret.clone());
        }
    }

    /// Has the next call try again, because something has changed.
    pub(super) fn forget_failures(&self) {
        self.lock().values_mut().for_each(|entry| entry.fetch.forget_failures());
    }

    fn plan(&self, key: &TokenKey, fetch: &(dyn Fn(Option<Secret>) -> Fetch + Sync)) -> Plan {
        let now = Instant::now();
        let mut entries = self.lock();
        // Not for each more, as long as nothing can go because all are being fetched.
        let is_full = entries.len() >= MAX_TOKENS && entries.len().is_multiple_of(MAX_TOKENS / 8);
        if is_full && !entries.contains_key(key) {
            make_room(&mut entries);
        }
        let entry = entries.entry(key.clone()).or_default();
        let current = entry.token.as_ref().filter(|token| now < token.expires_at);
        let due = current.is_none_or(|token| now >= token.renew_at);
        let paused = current.is_some() && entry.fetch.is_paused();
        let secret = current.map(|token| token.secret.clone());
        let mut flight = entry.fetch.current();
        if secret.is_none()
            && flight.is_none()
            && let Some(Err(error)) = entry.fetch.recent_failure()
        {
            return Plan::Fail(error);
        }
        if due && !paused && flight.is_none() {
            let old = entry.token.as_ref().map(|token| &token.secret).or(entry.rejected.as_ref());
            let (cache, key, fetch) = (self.clone(), key.clone(), fetch(old.cloned()));
            let work = async move {
                let result = caught(|| fetch).await.unwrap_or_else(panicked);
                cache.finish(&key, result)
            };
            flight = Some(entry.fetch.start(work));
        }
        match (secret, flight) {
            (Some(secret), _) => Plan::Use(secret),
            (None, Some(flight)) => Plan::Wait(flight),
            (None, None) => unreachable!("a fetch was started above"),
        }
    }

    /// Stores the result of a fetch.
    fn finish(&self, key: &TokenKey, result: Result<Token>) -> Result<Secret> {
        let error = {
            let mut entries = self.lock();
            let entry = entries.entry(key.clone()).or_default();
            match result {
                Ok(token) => {
                    let secret = token.secret.clone();
                    *entry = Entry { token: Some(token), ..Entry::default() };
                    return Ok(secret);
                }
                Err(error) => {
                    // A ticket may come at any time, and without one nothing is asked for.
                    let repeated = (!error.is_app_ticket_needed()).then(|| Err(error.clone()));
                    entry.fetch.failed(repeated);
                    error
                }
            }
        };
        tracing::warn!(kind = key.kind.as_str(), %error, "no new token");
        Err(error)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TokenKey, Entry>> {
        lock(&self.entries)
    }
}

/// Waits for a fetch. Boxed, because most calls find a token.
fn wait(fetch: Flight<Result<Secret>>) -> BoxFuture<'static, Option<Result<Secret>>> {
    Box::pin(fetch.outcome())
}

/// Drops entries until an eighth is free, those whose tokens end first. Where a fetch is in progress, it
/// stays.
fn make_room(entries: &mut HashMap<TokenKey, Entry>) {
    let end = |entry: &Entry| entry.token.as_ref().map(|token| token.expires_at);
    let mut left = entries.len() - MAX_TOKENS / 8 * 7;
    let mut first = BinaryHeap::new();
    for entry in entries.values_mut() {
        if entry.fetch.current().is_none() {
            first.push(end(entry));
        }
        if first.len() > left {
            first.pop();
        }
    }
    let Some(last) = first.peek().copied() else { return };
    entries.retain(|_, entry| {
        let goes = left > 0 && entry.fetch.current().is_none() && end(entry) <= last;
        left -= usize::from(goes);
        !goes
    });
}

/// The end of a fetch in which code of the user panicked: the transport, or a subscriber.
fn panicked(_: Panicked) -> Result<Token> {
    let why = "the fetch of the token panicked; the program's log says where".to_owned();
    Err(Error::new("client", Stage::Token, Cause::Rejected(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::key::AppTokenKind;

    fn fetch(_: Option<Secret>) -> Fetch {
        Box::pin(async { Ok(Token::new("t-1".into(), MAX_LIFE)) })
    }

    #[tokio::test(start_paused = true)]
    async fn the_tokens_that_end_first_make_room() {
        let cache = TokenCache::default();
        let key = |number: usize| {
            let tenant = Arc::from(number.to_string());
            TokenKey::new(AppTokenKind::Tenant, Some(&tenant))
        };
        let mut waited = Duration::ZERO;
        for number in 0..20_000 {
            cache.get(&key(number), &fetch, &mut waited).await.expect("a token");
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        let count = cache.lock().len();
        assert!((MAX_TOKENS * 7 / 8..=MAX_TOKENS).contains(&count), "{count}");
        let has = |number| cache.lock().contains_key(&key(number));
        assert!(!has(0) && has(19_999) && has(10_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_fetches_leaves_no_more_than_there_is_room_for() {
        let cache = TokenCache::default();
        let key = |number: usize| {
            let tenant = Arc::from(number.to_string());
            TokenKey::new(AppTokenKind::Tenant, Some(&tenant))
        };
        let slow = |_| -> Fetch {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(Token::new("t-1".into(), MAX_LIFE))
            })
        };
        for number in 0..40_000 {
            assert!(matches!(cache.plan(&key(number), &slow), Plan::Wait(_)));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(cache.lock().len(), 40_000, "what is waited for stays");
        for number in 40_000..50_000 {
            cache.get(&key(number), &fetch, &mut Duration::ZERO.clone()).await.expect("a token");
        }
        let count = cache.lock().len();
        assert!((MAX_TOKENS * 7 / 8..=MAX_TOKENS).contains(&count), "{count}");
    }
}
