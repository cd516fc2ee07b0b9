//! The command, on a file.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lark_core::inbox::{Limits, NewEvent, Position, Step, Store as _};
use lark_inbox::FileInbox;
use lark_redis::{Redis, RedisInbox};

/// What it prints, and whether it has succeeded.
fn lark_inbox(args: &[&str]) -> (String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_lark-inbox")).args(args).output();
    let output = output.expect("a program");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).expect("a text"), output.status.success())
}

/// An inbox with two dead letters.
async fn fill(path: &Path) {
    let store = FileInbox::open(path).expect("a file");
    let hour = Duration::from_secs(3600);
    let limits = Limits { capacity: 10, remember: hour, keep: hour, keep_bytes: 1 << 30 };
    let event = |id: &str| NewEvent {
        partition: 0,
        ordering_key: "oc_1".to_owned(),
        keys: vec![id.to_owned()],
        event_id: id.to_owned(),
        event_type: "im.message.receive_v1".to_owned(),
        body: r#"{"event":{"text":"a secret","n":7}}"#.into(),
        delay: None,
        reception: None,
    };
    store.append(&[event("e1"), event("e2"), event("e3")], &limits).await.expect("room");
    let lease = store.acquire("p", 0, hour).await.expect("a store").expect("it is free");
    let events = store.read(&lease, Position::default(), 2).await.expect("a store").expect("ours");
    let dead = |position| Step::Dead { position, reason: "no luck\u{1b}[2J".to_owned() };
    let steps: Vec<Step> = events.iter().map(|it| dead(it.position)).collect();
    assert!(store.settle(&lease, &steps).await.expect("a store"));
}

#[tokio::test]
async fn an_inbox_can_be_looked_into() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("inbox");
    fill(&path).await;
    let place = path.display().to_string();
    let (status, _) = lark_inbox(&[&place, "status"]);
    assert!(status.contains("waiting      1\n") && status.contains("set aside    2\n"), "{status}");
    let (list, _) = lark_inbox(&[&place, "list"]);
    assert!(list.contains("e1") && list.contains("e2") && !list.contains("e3"), "{list}");
    assert!(!list.contains('\u{1b}'), "{list:?}");
    let id = list.split_whitespace().next().expect("an id");
    let (shown, _) = lark_inbox(&[&place, "show", id]);
    assert!(shown.contains("<8 characters>") && shown.contains("\"n\": 7"), "{shown}");
    assert!(!shown.contains("a secret"), "{shown}");
    let (shown, _) = lark_inbox(&["--body", &place, "show", id]);
    assert!(shown.contains("a secret"), "{shown}");
    // The log has the id of the event alone.
    assert_eq!(lark_inbox(&["--body", &place, "show", "e1"]).0, shown);

    assert!(lark_inbox(&[&place, "drop", id]).1);
    let (text, is_done) = lark_inbox(&[&place, "drop", id]);
    assert!(!is_done && text.contains("no dead letter has the id"), "{text}");
    let (text, _) = lark_inbox(&[&place, "retry", "all"]);
    assert!(text.contains("1 are handled again"), "{text}");
    let (status, _) = lark_inbox(&[&place, "status"]);
    assert!(status.contains("waiting      2\n") && status.contains("set aside    0\n"), "{status}");
}

#[test]
fn mistakes_are_named_and_nothing_is_made() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().join("none").display().to_string();
    for (args, expected) in [
        (vec![&*place, "status"], "there is no inbox"),
        (vec![&*place], "which command?"),
        (vec![&*place, "show"], "show wants an id"),
        (vec![&*place, "burn"], "no command \"burn\""),
        (vec!["--limit", "x", &*place, "list"], "--limit wants a number"),
        (vec!["redis://127.0.0.1:1", "status"], "refused"),
    ] {
        let (text, is_done) = lark_inbox(&args);
        assert!(!is_done && text.contains(expected), "{args:?}: {text}");
    }
    assert!(std::fs::read_dir(directory.path()).expect("a directory").next().is_none());
    assert!(lark_inbox(&["--help"]).0.contains("Usage: lark-inbox"));
}

/// A server without anything on its disk, which ends with this value.
struct Server(Child, String);

impl Server {
    fn start(directory: &Path) -> Self {
        let socket = directory.join("redis.sock").display().to_string();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket", &socket])
            .current_dir(directory)
            .stdout(Stdio::null())
            .spawn()
            .expect("this test needs `redis-server` (Debian: apt-get install redis-server)");
        let start = Instant::now();
        while !Path::new(&socket).exists() {
            assert!(start.elapsed() < Duration::from_secs(30), "it does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self(child, format!("redis+unix://{socket}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A name that is mistyped makes no inbox, and those that there are are named.
#[tokio::test]
async fn a_name_that_is_not_there_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(directory.path());
    let redis = Redis::open(&server.1).expect("an address");
    RedisInbox::open(&redis, "sales").await.expect("a new one");
    for command in ["status", "list"] {
        let (text, is_done) = lark_inbox(&["--name", "slaes", &server.1, command]);
        assert!(!is_done && text.contains(r#"no inbox "slaes""#), "{text}");
        assert!(text.contains(r#"there are ["sales"]"#), "{text}");
        let (text, is_done) = lark_inbox(&["--name", "sales", &server.1, command]);
        assert!(is_done, "{text}");
    }
    let (text, is_done) =
        lark_inbox(&["--name", "sales", "--namespace", "lrak", &server.1, "status"]);
    assert!(!is_done && text.contains("there is none"), "{text}");
}
