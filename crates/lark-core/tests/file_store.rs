//! What the store on disk does about broken files, permissions and other processes.
#![allow(missing_docs)]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use lark_core::{Error, FileStore, Secret, StoreEntry, StoreError, TokenStore};
use lark_test_support::{Directory, warnings};

fn entry(value: &str) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

fn open(directory: &Path) -> FileStore {
    FileStore::open(directory).expect("it can be opened")
}

#[tokio::test]
async fn an_entry_is_there_for_the_next_process_to_the_millisecond() {
    let directory = Directory::new();
    let path = directory.path().join("a/b");
    let expires_at = Some(UNIX_EPOCH + Duration::from_millis(1_900_000_000_123));
    let kept = StoreEntry { value: "v".into(), expires_at };
    open(&path).put("k", kept.clone()).await.expect("it works");
    assert_eq!(open(&path).get("k").await.expect("it works"), Some(kept));
}

/// Checks that each method but `remove` fails with the file's name and `why`, and leaves the file.
async fn rejects(store: &FileStore, path: &Path, why: &str) {
    let before = fs::read(path).ok();
    let errors: [StoreError; 3] = [
        store.get("k").await.expect_err("get fails"),
        store.put("k", entry("new")).await.expect_err("put fails"),
        store.compare_and_set("k", None, Some(entry("new"))).await.expect_err("cas fails"),
    ];
    for error in errors {
        let expected = format!("token file {}: {why}", path.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(!format!("{error:?} {error}").contains("hush"), "no part of it is shown");
    }
    assert_eq!(fs::read(path).ok(), before);
}

#[tokio::test]
async fn a_broken_file_is_an_error_and_stays() {
    let directory = Directory::new();
    let store = open(directory.path());
    store.put("k", entry("hush")).await.expect("it works");
    let path = directory.path().join("k.json");
    let whole = fs::read(&path).expect("it is there");
    for (content, why) in [
        (&b"hush hush"[..], "not JSON: "),
        (&whole[..whole.len() - 4], "not JSON: "),
        (b"", "it is empty"),
        (b"\xff\xfe", "not JSON: "),
        (b"[\"hush\"]", "not an entry: it has no key"),
        (b"{\"key\":\"k\",\"value\":7}", "not an entry: it has no value"),
        (b"{\"key\":\"x\",\"value\":\"hush\"}", "it has the entry of another key"),
        (
            b"{\"key\":\"k\",\"value\":\"\",\"expires_at_ms\":\"hush\"}",
            "not an entry: its expires_at",
        ),
    ] {
        fs::write(&path, content).expect("it can be written");
        rejects(&store, &path, why).await;
    }
    store.remove("k").await.expect("removing is how it is given up");
    store.put("k", entry("new")).await.expect("it works again");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_an_error() {
    let directory = Directory::new();
    let store = open(directory.path());
    // Not by its mode: tests may run as root.
    let path = directory.path().join("k.json");
    fs::create_dir(&path).expect("it can be made");
    rejects(&store, &path, "cannot be read: ").await;
    let error = Error::from(store.get("k").await.expect_err("it fails"));
    let expected = format!("client: token: token file {}: cannot be read", path.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[tokio::test]
async fn what_a_crash_left_is_no_hindrance() {
    let directory = Directory::new();
    let store = open(directory.path());
    store.put("k", entry("old")).await.expect("it works");
    fs::write(directory.path().join("k.new"), "{\"key\":\"k\",\"val").expect("it can be written");
    let old = store.get("k").await.expect("it works").expect("it is there");
    assert_eq!(old.value, Secret::from("old"));
    store.put("k", entry("new")).await.expect("it works");
    assert!(!directory.path().join("k.new").exists());
}

#[test]
fn a_directory_that_cannot_be_is_an_error() {
    let directory = Directory::new();
    let file = directory.path().join("file");
    fs::write(&file, "").expect("it can be written");
    for path in [file.clone(), file.join("below")] {
        let error = FileStore::open(&path).expect_err("it is no directory").to_string();
        let expected = format!("token directory {}: cannot be made: ", path.display());
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Directory::new();
    let below = directory.path().join("tokens");
    let store = open(&below);
    store.put("k", entry("v")).await.expect("it works");
    drop(store.lock("k").await.expect("it works"));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&below), 0o700);
    let files: Vec<PathBuf> =
        fs::read_dir(&below).expect("it is there").map(|it| it.expect("readable").path()).collect();
    assert_eq!(files.len(), 4, "the entry and three locks: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

/// Names the directory in which a copy of this program counts up.
const COUNT_IN: &str = "LARK_TEST_COUNT_IN";
const STEPS: usize = 40;

/// What the copies run; nothing in an ordinary run.
#[tokio::test]
async fn count_up_for_the_parent() {
    let Some(directory) = std::env::var_os(COUNT_IN) else { return };
    let store = open(Path::new(&directory));
    for _ in 0..STEPS {
        loop {
            let old = store.get("cas").await.expect("it works").map(|entry| entry.value);
            let new = entry(&next(old.as_ref()));
            if store.compare_and_set("cas", old.as_ref(), Some(new)).await.expect("it works") {
                break;
            }
        }
        let lock = store.lock("lock").await.expect("it works").expect("it has locks");
        let old = store.get("lock").await.expect("it works").map(|entry| entry.value);
        store.put("lock", entry(&next(old.as_ref()))).await.expect("it works");
        drop(lock);
    }
}

fn next(old: Option<&Secret>) -> String {
    let old: usize = old.map_or(0, |old| old.expose().parse().expect("a number"));
    (old + 1).to_string()
}

#[tokio::test]
async fn no_change_is_lost_among_processes() {
    let directory = Directory::new();
    let start =
        || copy("count_up_for_the_parent", COUNT_IN, &directory).stdout(Stdio::null()).spawn();
    let children: Vec<Child> = (0..4).map(|_| start().expect("it can be started")).collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let store = open(directory.path());
    for key in ["cas", "lock"] {
        let last = store.get(key).await.expect("it works").expect("it is there");
        assert_eq!(last.value.expose(), (4 * STEPS).to_string(), "{key}");
    }
}

/// Names the directory in which a copy of this program holds a lock until it is killed.
const LOCK_IN: &str = "LARK_TEST_LOCK_IN";

/// What the copy runs; nothing in an ordinary run.
#[tokio::test]
async fn hold_a_lock_for_the_parent() {
    let Some(directory) = std::env::var_os(LOCK_IN) else { return };
    let lock = open(Path::new(&directory)).lock("k").await.expect("it works");
    std::io::stdout().write_all(b"\nheld\n").expect("the parent listens");
    std::future::pending::<()>().await;
    drop(lock);
}

#[tokio::test]
async fn the_lock_of_a_killed_process_is_free() {
    let directory = Directory::new();
    let mut child = copy("hold_a_lock_for_the_parent", LOCK_IN, &directory)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let held = lines.map_while(Result::ok).any(|line| line == "held");
    assert!(held, "the child took the lock");
    let store = open(directory.path());
    let taken = tokio::time::timeout(Duration::from_millis(50), store.lock("k")).await;
    assert!(taken.is_err(), "it is taken");
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    assert!(store.lock("k").await.expect("it works").is_some());
}

/// This program again, for one test.
fn copy(test: &str, variable: &str, directory: &Directory) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it is running"));
    command.args(["--exact", test]).env(variable, directory.path());
    command
}

/// A process that is stopped while it writes holds the lock of all changes.
#[tokio::test]
async fn a_lock_that_is_held_elsewhere_takes_no_threads() {
    let directory = Directory::new();
    let store = open(directory.path());
    let held = fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.path().join("%writing.lock"))
        .expect("it can be opened");
    held.lock().expect("it is free");
    for _ in 0..100 {
        let put = store.put("k", entry("given up"));
        tokio::time::timeout(Duration::from_millis(1), put).await.expect_err("it is held");
    }
    assert!(threads() < 50, "{}", threads());
    store.get("k").await.expect("reading needs no lock");
    drop(held);
    store.put("k", entry("new")).await.expect("it is free");
    assert_eq!(store.get("k").await.expect("it works"), Some(entry("new")));
}

/// The number of threads of this process; 1 where that cannot be told.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

#[cfg(unix)]
#[test]
fn a_directory_that_all_can_write_to_is_used_with_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Directory::new();
    for (mode, is_shared) in [(0o700, false), (0o770, false), (0o777, true), (0o1777, true)] {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(directory.path(), permissions).expect("it is ours");
        let (_, seen) = warnings(|| open(directory.path()));
        let is_told = seen.iter().any(|it| it.contains("every user can replace the tokens"));
        assert_eq!(is_told, is_shared, "{mode:o}: {seen:?}");
    }
}
