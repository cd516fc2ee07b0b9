//! Tokens, tickets and grants in Redis.

use std::time::{Duration, UNIX_EPOCH};

use lark_core::{Secret, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};

use crate::client::Invocation;
use crate::connection::Redis;
use crate::{lease, script};

/// A [`TokenStore`] in Redis: the processes of a fleet share tokens, app tickets and the grants of users.
///
/// Redis forgets an entry when it expires. A lock is a lease of 30 s that is renewed while it is held:
/// that of a process that died is free 30 s later. Values are stored as they are; whoever may read the
/// keys can act as the app.
#[derive(Clone, Debug)]
pub struct RedisStore {
    redis: Redis,
}

impl RedisStore {
    /// The store in the namespace of `redis`.
    #[must_use]
    pub fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone() }
    }

    fn key(&self, key: &str) -> String {
        self.redis.key("token", key)
    }
}

impl TokenStore for RedisStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(async {
            let key = self.key(key);
            let found: Option<String> =
                self.redis.run(&script::GET, |call| _ = call.key(&key)).await?;
            found.map(|stored| read(&stored)).transpose()
        })
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let (key, (stored, expiry)) = (self.key(key), write(&entry));
            let fill = |call: &mut Invocation<'_>| {
                call.key(&key).arg(&stored).arg(&expiry);
            };
            self.redis.run::<()>(&script::PUT, fill).await
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let (key, is_new) = (self.key(key), i32::from(new.is_some()));
            let (stored, expiry) = new.as_ref().map(write).unwrap_or_default();
            let value = expected.map(Secret::expose).unwrap_or_default();
            self.redis
                .run_twice(&script::COMPARE_AND_SET, |call, is_second| {
                    call.key(&key).arg(i32::from(expected.is_some())).arg(value);
                    call.arg(is_new).arg(&stored).arg(&expiry).arg(i32::from(is_second));
                })
                .await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let key = self.key(key);
            self.redis.run::<()>(&script::REMOVE, |call| _ = call.key(&key)).await
        })
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async {
            let lease = lease::acquire(&self.redis, self.redis.key("lock", key)).await?;
            Ok(Some(StoreLock::new(lease)))
        })
    }
}

/// How an entry is stored, and when Redis may forget it, in milliseconds since 1970.
fn write(entry: &StoreEntry) -> (String, String) {
    let millis = entry.expires_at.map(|end| {
        // What expired before 1970 has expired.
        end.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string()
    });
    let expiry = millis.unwrap_or_default();
    (format!("{expiry}\n{}", entry.value.expose()), expiry)
}

fn read(stored: &str) -> Result<StoreEntry, StoreError> {
    let foreign =
        || StoreError::new("Redis: a key of the namespace has a value of another program");
    let (expiry, value) = stored.split_once('\n').ok_or_else(foreign)?;
    let expires_at = match expiry {
        "" => None,
        millis => {
            let millis = millis.parse().map_err(|_| foreign())?;
            let end = UNIX_EPOCH.checked_add(Duration::from_millis(millis));
            Some(end.ok_or_else(foreign)?)
        }
    };
    Ok(StoreEntry { value: value.into(), expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_were_written() {
        for value in ["", "t-1", "two\nlines\n", "\n"] {
            for expires_at in [None, Some(UNIX_EPOCH + Duration::from_millis(1_764_158_400_123))] {
                let entry = StoreEntry { value: value.into(), expires_at };
                assert_eq!(read(&write(&entry).0).expect("an entry"), entry);
            }
        }
    }

    #[test]
    fn what_is_no_entry_is_an_error() {
        for stored in ["", "t-1", "x\nt-1", "99999999999999999999\nt"] {
            let error = read(stored).expect_err("no entry");
            assert!(error.to_string().contains("another program"), "{error}");
        }
    }

    #[test]
    fn times_before_1970_have_expired() {
        let entry =
            StoreEntry { value: "t".into(), expires_at: Some(UNIX_EPOCH - Duration::from_secs(1)) };
        assert_eq!(write(&entry).1, "0");
    }
}
