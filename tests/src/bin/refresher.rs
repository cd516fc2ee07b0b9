//! A process that refreshes a user's grant again and again, for tests that kill it: see
//! `tests/system/sessions.rs`. It prints a line at each step, and dies by itself at a given one.
#![allow(clippy::print_stdout, reason = "the test reads it")]

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lark_core::http::Request;
use lark_core::{
    Body, Client, FileStore, HttpTransport, Secret, StoreEntry, StoreFuture, StoreLock, TokenStore,
    Transport, TransportFuture,
};
use lark_oauth::UserSessions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, app_id, secret, directory, user, times, die_at] = &arguments[..] else {
        return Err("base URL, app id, secret, directory, user, times, step to die at".into());
    };
    let steps = Steps { taken: Arc::default(), die_at: die_at.parse()? };
    let client = Client::builder(app_id.as_str(), secret.as_str())
        .base_url(base_url)
        .transport(Mortal { inner: HttpTransport::builder().build()?, steps: steps.clone() })
        .store(Mortal { inner: FileStore::open(directory)?, steps })
        .build()?;
    let session = UserSessions::new(client).session(user);
    for _ in 0..times.parse()? {
        session.refresh_now().await?;
    }
    Ok(())
}

/// Where a process can die.
#[derive(Clone)]
struct Steps {
    taken: Arc<AtomicU64>,
    die_at: u64,
}

impl Steps {
    fn step(&self) {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        if taken == self.die_at {
            std::process::abort();
        }
        println!("{taken}");
        // The test that reads may have gone away.
        _ = std::io::stdout().flush();
    }
}

/// Takes a step before and after whatever `inner` does. No fake: transport and store are the real
/// ones, and the process dies between two of their steps.
struct Mortal<T> {
    inner: T,
    steps: Steps,
}

impl<T> Mortal<T> {
    async fn around<R>(&self, work: impl Future<Output = R>) -> R {
        self.steps.step();
        let result = work.await;
        self.steps.step();
        result
    }
}

impl<T: Transport> Transport for Mortal<T> {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(self.around(self.inner.send(request)))
    }
}

impl<T: TokenStore> TokenStore for Mortal<T> {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(self.around(self.inner.get(key)))
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(self.around(self.inner.put(key, entry)))
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.around(self.inner.compare_and_set(key, expected, new)))
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.around(self.inner.remove(key)))
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(self.around(self.inner.lock(key)))
    }
}
