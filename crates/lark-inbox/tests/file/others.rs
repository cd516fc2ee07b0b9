//! Other processes, and a clock that is put back.

use std::time::Duration;

use lark_core::inbox::Store as _;
use lark_inbox::FileInbox;

/// A backup locks it, or a process that writes was stopped.
#[tokio::test]
async fn a_file_that_another_process_holds_is_told_as_that() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    let store = FileInbox::open(&path).expect("a file");
    let other = rusqlite::Connection::open(&path).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("it is free");
    let error = store.acquire("a", 0, Duration::from_secs(1)).await.expect_err("it is held");
    assert!(error.to_string().contains("another process holds it for long"), "{error}");
    other.execute_batch("ROLLBACK").expect("it was held");
    assert!(store.acquire("a", 0, Duration::from_secs(1)).await.expect("it is free").is_some());
}

/// A process that died an hour ahead, as after the start of a machine whose clock was wrong.
#[tokio::test]
async fn a_clock_that_was_put_back_holds_up_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    let store = FileInbox::with_partitions(&path, 2).expect("a file");
    let ttl = Duration::from_millis(200);
    store.beat("dead", &[], ttl).await.expect("a store");
    let lease = store.acquire("dead", 0, ttl).await.expect("a store");
    assert!(lease.is_some());
    let clock = rusqlite::Connection::open(&path).expect("a file");
    clock
        .execute_batch(
            "UPDATE part SET until = until + 3600000 WHERE owner IS NOT NULL;
             UPDATE process SET until = until + 3600000",
        )
        .expect("another time");
    let beat = store.beat("alive", &[], ttl).await.expect("a store");
    assert_eq!((beat.processes, beat.free), (2, vec![1]));
    tokio::time::sleep(2 * ttl).await;
    let beat = store.beat("alive", &[], ttl).await.expect("a store");
    assert_eq!((beat.processes, beat.free), (1, vec![0, 1]));
}
