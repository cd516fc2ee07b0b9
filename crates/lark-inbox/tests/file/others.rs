//! Other processes, and a clock that is put back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lark_core::inbox::{Limits, NewEvent, Store as _};
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

/// The length from which on the log is begun anew.
const LONG: u64 = 128 << 20;
/// Longer than any disk takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Somebody always reads, and the log is begun anew nevertheless.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_grow_while_others_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    let store = FileInbox::open(&path).expect("a file");
    let ttl = Duration::from_secs(60);
    let limits = Limits { capacity: 1 << 20, remember: ttl, keep: ttl, keep_bytes: 1 << 40 };
    let is_over = Arc::<AtomicBool>::default();
    let of_readers = Arc::clone(&is_over);
    let of_path = path.clone();
    // One of the two is always within a transaction.
    let readers = std::thread::spawn(move || {
        let [one, other] = [(); 2].map(|()| rusqlite::Connection::open(&of_path).expect("a file"));
        let read = |it: &rusqlite::Connection| {
            let sql = "SELECT count(*) FROM part";
            it.execute_batch("BEGIN").expect("a transaction");
            it.query_row(sql, (), |_| Ok(())).expect("it reads");
            std::thread::sleep(Duration::from_millis(10));
        };
        let end = |it: &rusqlite::Connection| it.execute_batch("COMMIT").expect("it ends");
        read(&one);
        while !of_readers.load(Ordering::SeqCst) {
            read(&other);
            end(&one);
            read(&one);
            end(&other);
        }
    });
    let (mut longest, mut last) = (0, 0);
    let start = Instant::now();
    // What makes it long, if it does not become short before, and then a little until it is.
    for number in 0.. {
        let id = number.to_string();
        let length = if longest < LONG { 300_000 } else { 100 };
        let event = NewEvent {
            partition: 0,
            ordering_key: id.clone(),
            keys: vec![id.clone()],
            event_id: id,
            event_type: "t".to_owned(),
            body: "x".repeat(length).into(),
            delay: None,
            reception: None,
        };
        store.append(&[event], &limits).await.expect("room");
        let log = std::fs::metadata(directory.path().join("inbox-wal")).expect("a log");
        (last, longest) = (log.len(), longest.max(log.len()));
        let is_done = if longest < LONG { number == 4000 } else { last < longest };
        if is_done || start.elapsed() > LIMIT {
            break;
        }
    }
    is_over.store(true, Ordering::SeqCst);
    readers.join().expect("it reads");
    assert!(longest < LONG || last < longest, "{last} bytes");
}
