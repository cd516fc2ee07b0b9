//! Clients of several processes on one store: one fetches a token, the others take it from there. The clock
//! is tokio's, paused.
#![allow(missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::{
    Client, MemoryStore, RawRequest, Secret, StoreEntry, StoreError, StoreFuture, StoreLock,
    TokenStore,
};
use lark_test_support::{FakePlatform, FakeResponse, warnings};
use serde_json::json;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const PROCESSES: usize = 4;

/// What a store does when it is asked for a lock.
#[derive(Clone, Copy, PartialEq)]
enum Locks {
    Work,
    Hang,
    Fail,
    Panic,
    /// They work, but their end panics.
    PanicAtEnd,
    /// There are none.
    None,
}

/// A store of several processes.
#[derive(Clone)]
struct SharedStore {
    entries: MemoryStore,
    locks: Locks,
    /// How long a change takes.
    write_time: Duration,
    is_shared: bool,
    locked: Arc<AtomicU32>,
}

impl SharedStore {
    fn new(locks: Locks) -> Self {
        let (entries, locked) = (MemoryStore::new(), Arc::default());
        Self { entries, locks, write_time: Duration::ZERO, is_shared: true, locked }
    }
}

impl TokenStore for SharedStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        self.entries.get(key)
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async {
            sleep(self.write_time).await;
            self.entries.put(key, entry).await
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        self.entries.compare_and_set(key, expected, new)
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.entries.remove(key)
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        self.locked.fetch_add(1, Ordering::Relaxed);
        match self.locks {
            Locks::Work => self.entries.lock(key),
            Locks::Hang => Box::pin(std::future::pending()),
            Locks::Fail => Box::pin(async { Err(StoreError::new("the disk is full")) }),
            Locks::Panic => panic!("a store of the user"),
            Locks::PanicAtEnd => Box::pin(async {
                let lock = self.entries.lock(key).await?;
                Ok(Some(StoreLock::new(PanicsAtEnd(lock))))
            }),
            Locks::None => Box::pin(async { Ok(None) }),
        }
    }

    fn is_shared(&self) -> bool {
        self.is_shared
    }
}

/// Its field is dropped nevertheless.
struct PanicsAtEnd(#[expect(dead_code, reason = "held until it is dropped")] Option<StoreLock>);

impl Drop for PanicsAtEnd {
    fn drop(&mut self) {
        panic!("a lock of the user");
    }
}

/// A platform that takes a second for a token, and takes none but the last one issued.
fn platform() -> FakePlatform {
    let issued = Arc::new(AtomicU32::new(0));
    let last = Arc::clone(&issued);
    FakePlatform::with_token_endpoint(
        move |call| match call.token() == format!("t-{}", last.load(Ordering::Relaxed)) {
            true => FakeResponse::ok(&json!(null)),
            false => FakeResponse::new(401, r#"{"code":99991663,"msg":"invalid access token"}"#),
        },
        move |_| {
            let number = issued.fetch_add(1, Ordering::Relaxed) + 1;
            FakeResponse::tenant_token(&format!("t-{number}")).after(SECOND)
        },
    )
}

fn clients(platform: &FakePlatform, store: &SharedStore) -> Vec<Client> {
    let client = |_| platform.builder().store(store.clone()).build().expect("fine");
    (0..PROCESSES).map(client).collect()
}

/// 50 calls of each client at once. How long they took.
async fn rush(clients: &[Client]) -> Duration {
    let start = Instant::now();
    let mut calls = Vec::new();
    for client in clients.iter().cycle().take(clients.len() * 50) {
        let client = client.clone();
        calls.push(tokio::spawn(async move {
            client.send_raw(RawRequest::get("/open-apis/x")).await.map(drop)
        }));
    }
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn processes_that_start_at_once_fetch_one_token() {
    let (platform, store) = (platform(), SharedStore::new(Locks::Work));
    rush(&clients(&platform, &store)).await;
    assert_eq!(platform.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_early_is_replaced_once() {
    let (platform, store) = (platform(), SharedStore::new(Locks::Work));
    let clients = clients(&platform, &store);
    rush(&clients).await;
    // Another program of the app gets a token, and the platform takes the old one no more.
    let other = platform.builder().build().expect("fine");
    other.token(lark_core::TokenKind::Tenant).await.expect("a token");
    rush(&clients).await;
    assert_eq!(platform.token_requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_not_to_be_had_stops_nobody() {
    for (locks, limit) in [(Locks::Hang, SECOND * 5), (Locks::Fail, SECOND), (Locks::Panic, SECOND)]
    {
        let mut count = 0;
        let platform = FakePlatform::with_token_endpoint(
            |_| FakeResponse::ok(&json!(null)),
            move |_| {
                count += 1;
                FakeResponse::tenant_token(&format!("t-{count}"))
            },
        );
        let store = SharedStore::new(locks);
        let took = rush(&clients(&platform, &store)).await;
        assert!(took <= limit, "{took:?}");
        assert_eq!(platform.token_requests().len(), PROCESSES);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_whose_end_panics_costs_no_token() {
    let (platform, store) = (platform(), SharedStore::new(Locks::PanicAtEnd));
    rush(&clients(&platform, &store)).await;
    assert_eq!(platform.token_requests().len(), 1);
}

#[test]
fn a_lock_that_is_not_to_be_had_is_a_warning() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("a runtime");
    for locks in [Locks::Hang, Locks::Fail] {
        let (platform, store) = (platform(), SharedStore::new(locks));
        let client = platform.builder().store(store).build().expect("fine");
        let (_, warned) = warnings(|| runtime.block_on(rush(&[client])));
        let text = warned.join("\n");
        assert!(text.contains("a token is fetched without the lock of its store"), "{text}");
        assert_eq!(warned.len(), 1, "{text}");
    }
}

/// The others need it, but who fetched it does not wait for that.
#[tokio::test(start_paused = true)]
async fn a_token_is_handed_out_before_it_is_stored_and_others_wait_until_it_is() {
    let platform = platform();
    let store = SharedStore { write_time: SECOND * 3, ..SharedStore::new(Locks::Work) };
    let clients = clients(&platform, &store);
    assert!(rush(&clients[..1]).await < SECOND * 2);
    assert!(rush(&clients[1..]).await >= SECOND);
    assert_eq!(platform.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn locks_are_for_stores_that_other_processes_use() {
    for is_shared in [false, true] {
        let store = SharedStore { is_shared, ..SharedStore::new(Locks::Work) };
        rush(&clients(&platform(), &store)[..1]).await;
        assert_eq!(store.locked.load(Ordering::Relaxed), u32::from(is_shared));
    }
    assert!(!MemoryStore::new().is_shared());
    let platform = platform();
    rush(&clients(&platform, &SharedStore::new(Locks::None))[..1]).await;
    assert_eq!(platform.token_requests().len(), 1);
}
