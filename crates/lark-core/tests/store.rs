//! What every store does, on the two that come with the crate.
#![allow(missing_docs)]

#[path = "common/directory.rs"]
mod directory;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lark_core::{FileStore, MemoryStore, Secret, StoreEntry, TokenStore};

use self::directory::Directory;

fn entry(value: &str) -> StoreEntry {
    let expires_at = Some(UNIX_EPOCH + Duration::from_millis(1_900_000_000_123));
    StoreEntry { value: value.into(), expires_at }
}

fn unending(value: impl Into<Secret>) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

async fn value(store: &dyn TokenStore, key: &str) -> Option<String> {
    let entry = store.get(key).await.expect("the store works");
    entry.map(|entry| entry.value.expose().to_owned())
}

async fn set(store: &dyn TokenStore, key: &str, expected: Option<&str>, new: Option<&str>) -> bool {
    let expected = expected.map(Secret::from);
    let new = new.map(unending);
    store.compare_and_set(key, expected.as_ref(), new).await.expect("the store works")
}

async fn entries_are_kept_by_their_keys(store: &dyn TokenStore) {
    assert_eq!(store.get("a").await.expect("works"), None);
    store.put("a", entry("1")).await.expect("works");
    store.put("A", entry("2")).await.expect("works");
    store.put("a/b 张\n", unending("3")).await.expect("works");
    store.put(&"a".repeat(1000), unending("4")).await.expect("works");
    store.put("", unending("5")).await.expect("works");
    assert_eq!(store.get("a").await.expect("works"), Some(entry("1")));
    assert_eq!(store.get("A").await.expect("works"), Some(entry("2")));
    assert_eq!(store.get("a/b 张\n").await.expect("works"), Some(unending("3")));
    assert_eq!(value(store, &"a".repeat(1000)).await.as_deref(), Some("4"));
    assert_eq!(value(store, "").await.as_deref(), Some("5"));
    store.put("a", entry("6")).await.expect("works");
    assert_eq!(value(store, "a").await.as_deref(), Some("6"));
    store.remove("a").await.expect("works");
    store.remove("a").await.expect("nothing to remove is no error");
    assert_eq!(store.get("a").await.expect("works"), None);
    assert_eq!(value(store, "A").await.as_deref(), Some("2"));
}

async fn compare_and_set_changes_only_what_was_expected(store: &dyn TokenStore) {
    assert!(!set(store, "k", Some("1"), Some("2")).await, "there is none");
    assert!(set(store, "k", None, Some("1")).await);
    assert!(!set(store, "k", None, Some("2")).await, "there is one");
    assert!(!set(store, "k", Some("0"), None).await, "it is another");
    assert_eq!(value(store, "k").await.as_deref(), Some("1"));
    assert!(set(store, "k", Some("1"), Some("2")).await);
    assert!(set(store, "k", Some("2"), None).await);
    assert_eq!(value(store, "k").await, None);
}

/// Counts up from several tasks. Each success is one step, so none may be lost.
async fn no_change_is_lost_among_tasks(stores: Vec<Arc<dyn TokenStore>>) {
    let tasks: Vec<_> = stores
        .into_iter()
        .map(|store| {
            tokio::spawn(async move {
                for _ in 0..20 {
                    count_up(&*store).await;
                }
                value(&*store, "n").await
            })
        })
        .collect();
    let mut highest = 0;
    let count = tasks.len() * 20;
    for task in tasks {
        let seen = task.await.expect("no panic").expect("there is a value");
        highest = highest.max(seen.parse().expect("a number"));
    }
    assert_eq!(highest, count);
}

async fn count_up(store: &dyn TokenStore) {
    loop {
        let old = value(store, "n").await;
        let n: usize = old.as_deref().map_or(0, |old| old.parse().expect("a number"));
        if set(store, "n", old.as_deref(), Some(&(n + 1).to_string())).await {
            return;
        }
    }
}

/// Locks of one key shut each other out; a read and a write between them would lose steps if not.
async fn locks_hold(stores: Vec<Arc<dyn TokenStore>>) {
    let first = stores[0].lock("l").await.expect("works").expect("it has locks");
    let other = tokio::time::timeout(Duration::from_millis(60), stores[1].lock("l"));
    assert!(other.await.is_err(), "it is taken");
    let free = stores[1].lock("another key").await.expect("works");
    drop((first, free));
    let tasks: Vec<_> = stores
        .into_iter()
        .map(|store| {
            tokio::spawn(async move {
                for _ in 0..10 {
                    let lock = store.lock("l").await.expect("works").expect("it has locks");
                    let old = value(&*store, "l").await;
                    let n: usize = old.map_or(0, |old| old.parse().expect("a number"));
                    tokio::task::yield_now().await;
                    store.put("l", unending((n + 1).to_string())).await.expect("works");
                    drop(lock);
                }
                store
            })
        })
        .collect();
    let count = tasks.len() * 10;
    let mut last = None;
    for task in tasks {
        last = Some(task.await.expect("no panic"));
    }
    let last = last.expect("there are tasks");
    assert_eq!(value(&*last, "l").await, Some(count.to_string()));
}

#[tokio::test]
async fn in_memory() {
    entries_are_kept_by_their_keys(&MemoryStore::new()).await;
    compare_and_set_changes_only_what_was_expected(&MemoryStore::new()).await;
    let store = MemoryStore::new();
    let clones = || (0..8).map(|_| Arc::new(store.clone()) as Arc<dyn TokenStore>).collect();
    no_change_is_lost_among_tasks(clones()).await;
    locks_hold(clones()).await;
}

#[tokio::test]
async fn on_disk() {
    let directory = Directory::new();
    let open = || FileStore::open(directory.path().join("a/b")).expect("it can be made");
    entries_are_kept_by_their_keys(&open()).await;
    assert_eq!(value(&open(), "A").await.as_deref(), Some("2"), "another store reads it");
    compare_and_set_changes_only_what_was_expected(&open()).await;
    let store = open();
    let clones = || (0..6).map(|_| Arc::new(store.clone()) as Arc<dyn TokenStore>).collect();
    locks_hold(clones()).await;
    no_change_is_lost_among_tasks(clones()).await;
}

#[tokio::test]
async fn on_disk_through_several_stores() {
    let directory = Directory::new();
    let open = || Arc::new(FileStore::open(directory.path()).expect("it is there"));
    let stores = || (0..6).map(|_| open() as Arc<dyn TokenStore>).collect();
    locks_hold(stores()).await;
    no_change_is_lost_among_tasks(stores()).await;
}
