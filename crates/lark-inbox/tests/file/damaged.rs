//! Files that are no inbox, or not one any more.

use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use lark_core::inbox::{Appended, Limits, NewEvent, Store as _};
use lark_inbox::FileInbox;
use std::time::Duration;

fn refusal(path: &Path) -> String {
    let text = FileInbox::open(path).expect_err("it is refused").to_string();
    assert!(text.contains(&path.display().to_string()), "{text}");
    text
}

fn limits() -> Limits {
    Limits {
        capacity: 10_000,
        remember: Duration::from_secs(60),
        keep: Duration::ZERO,
        keep_bytes: 1 << 30,
    }
}

fn big(bytes: usize) -> NewEvent {
    NewEvent {
        partition: 0,
        ordering_key: "k".to_owned(),
        keys: vec![format!("big {bytes}")],
        event_id: "big".to_owned(),
        event_type: "t".to_owned(),
        body: "x".repeat(bytes).into(),
        delay: None,
        reception: None,
    }
}

async fn fill(path: &Path) {
    let store = FileInbox::open(path).expect("a file");
    let event = |number: u32| NewEvent {
        partition: 0,
        ordering_key: number.to_string(),
        keys: vec![number.to_string()],
        event_id: number.to_string(),
        event_type: "t".to_owned(),
        body: "x".repeat(1000).into(),
        delay: None,
        reception: None,
    };
    let events: Vec<NewEvent> = (0..200).map(event).collect();
    store.append(&events, &limits()).await.expect("room");
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fs::write(&path, "a text that is longer than the head of a database. ".repeat(20))
        .expect("a file");
    let before = fs::read(&path).expect("a file");
    let text = refusal(&path);
    assert!(
        text.contains("give another path") && text.ends_with("SQLite (NotADatabase)"),
        "{text}"
    );
    assert_eq!(fs::read(&path).expect("a file"), before);

    let foreign = directory.path().join("foreign");
    let other = rusqlite::Connection::open(&foreign).expect("a file");
    other.execute_batch("CREATE TABLE t (a)").expect("a table");
    assert!(refusal(&foreign).contains("a database of something else"));
}

#[tokio::test]
async fn a_file_of_a_newer_format_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    drop(FileInbox::open(&path).expect("a file"));
    let newer = rusqlite::Connection::open(&path).expect("a file");
    newer.execute_batch("PRAGMA user_version = 3").expect("a number");
    let text = refusal(&path);
    assert!(text.contains("format 3") && text.contains("formats up to 2"), "{text}");
}

/// Where its log cannot be flushed: what was committed may not be on the disk, now or later.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_does_not_reach_the_disk_is_not_accepted() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    let store = FileInbox::open(&path).expect("a file");
    let log = directory.path().join("inbox-wal");
    fs::rename(&log, directory.path().join("away")).expect("a log");
    let text = async |store: &FileInbox| {
        store.append(&[big(10)], &limits()).await.expect_err("it is not flushed").to_string()
    };
    let error = text(&store).await;
    assert!(error.contains("start the process again"), "{error}");
    fs::rename(directory.path().join("away"), &log).expect("a log");
    assert_eq!(text(&store).await, error, "what was lost before is not known to be there");
    drop(store);
    let store = FileInbox::open(&path).expect("a file");
    store.append(&[big(20)], &limits()).await.expect("it is well again");
}

/// As the first release made it, with an event in it.
#[tokio::test]
async fn a_file_of_an_older_format_is_brought_up() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fill(&path).await;
    let older = rusqlite::Connection::open(&path).expect("a file");
    let downgrade =
        "DROP INDEX event_begun; ALTER TABLE event DROP COLUMN reception; ALTER TABLE delayed DROP COLUMN reception;
        DROP TABLE clock; PRAGMA user_version = 1";
    older.execute_batch(downgrade).expect("a schema");
    let store = FileInbox::open(&path).expect("it is brought up");
    let waiting = store.gauges().await.expect("gauges").waiting;
    assert!(waiting > 0);
    assert_eq!(store.append(&[big(10)], &limits()).await.expect("room"), [Appended::Stored]);
    assert_eq!(store.gauges().await.expect("gauges").waiting, waiting + 1);
}

#[tokio::test]
async fn damage_is_said_when_it_is_opened() {
    for is_truncated in [true, false] {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("inbox");
        fill(&path).await;
        // A process that was just killed counts as one that uses it.
        let store = FileInbox::open(&path).expect("a file");
        store.beat("killed", &[], Duration::from_secs(60)).await.expect("a sign of life");
        drop(store);
        let whole = rusqlite::Connection::open(&path).expect("a file");
        whole.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).expect("one file");
        drop(whole);
        let mut file = OpenOptions::new().write(true).open(&path).expect("a file");
        let length = file.metadata().expect("a length").len();
        assert!(length > 100_000, "{length}");
        if is_truncated {
            file.set_len(length / 2).expect("a shorter one");
        } else {
            file.seek(SeekFrom::Start(8 * 4096)).expect("a place");
            file.write_all(&[0xa5; 20 * 4096]).expect("damage");
        }
        drop(file);
        let text = refusal(&path);
        assert!(text.contains("damaged") && text.contains("move it away"), "{text}");
    }
}

#[tokio::test]
async fn a_path_that_cannot_be_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    assert!(refusal(&directory.path().join("none/inbox")).contains("its directory must exist"));
    assert!(refusal(directory.path()).contains("is a directory; give the path of a file in it"));
    let path = directory.path().join("inbox");
    drop(FileInbox::with_partitions(&path, 4).expect("a file"));
    let text = FileInbox::with_partitions(&path, 8).expect_err("another number").to_string();
    assert!(text.contains("has 4 partitions, not 8"), "{text}");
    let text = FileInbox::with_partitions(&path, 16).expect_err("another number").to_string();
    assert!(text.contains("has 4 partitions, not 16"), "{text}");
    drop(FileInbox::open(&path).expect("as it is"));
    let path = directory.path().join("one");
    for partitions in [0, 1025] {
        let text = FileInbox::with_partitions(&path, partitions).expect_err("a limit").to_string();
        assert!(text.contains(&format!("1 to 1024 partitions, not {partitions}")), "{text}");
    }
    drop(FileInbox::with_partitions(&path, 1).expect("one at least"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fill(&path).await;
    let _open = FileInbox::open(&path).expect("a file");
    for name in ["inbox", "inbox-wal"] {
        let mode = fs::metadata(directory.path().join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// The events of one flush share a transaction, which a full disk ends.
#[tokio::test]
async fn who_shares_the_flush_of_an_event_too_many_is_told_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fill(&path).await;
    let store = FileInbox::open(&path).expect("a file");
    store.limit_pages(120).await.expect("a limit");
    let other = rusqlite::Connection::open(&path).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("it is free");
    // The first one waits for the file, and the others for its end.
    let append = async |bytes: usize, pause: u64| {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        store.append(&[big(bytes)], &limits()).await.map_err(|error| error.to_string())
    };
    let free = async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        other.execute_batch("ROLLBACK").expect("it was held");
    };
    let (first, before, full, behind, ()) =
        tokio::join!(append(1, 0), append(2, 200), append(4_000_000, 300), append(3, 400), free);
    first.expect("room");
    for error in [before, full] {
        let error = error.expect_err("no room");
        assert!(error.contains("make room on the disk"), "{error}");
    }
    behind.expect("room");
    assert_eq!(store.gauges().await.expect("it reads").waiting, 202);
}

/// What was acknowledged stays, what comes is refused, and all goes on once there is room.
#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fill(&path).await;
    let store = FileInbox::open(&path).expect("a file");
    store.limit_pages(120).await.expect("a limit");
    let error = store.append(&[big(4_000_000)], &limits()).await.expect_err("no room").to_string();
    assert!(error.contains("make room on the disk"), "{error}");
    assert_eq!(store.gauges().await.expect("it reads").waiting, 200);
    store.limit_pages(1_000_000).await.expect("a limit");
    store.append(&[big(4_000_000)], &limits()).await.expect("room");
    assert_eq!(store.gauges().await.expect("it reads").waiting, 201);
}
