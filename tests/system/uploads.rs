//! Uploads to Drive in parts: with parts that fail, in processes that die, of files that change.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::http::{Request, Response};
use lark_core::{Body, Client, FilePart, TransportError, TransportErrorKind};
use lark_drive::upload::{self, Source, UploadError, UploadState};
use lark_drive::v1::{self, MediaParentType};
use lark_sandbox::{Fault, Sandbox, ScriptedResponse, Times};
use lark_task::v2::attachment;
use lark_test_support::{Directory, FakeTransport, content};
use lark_tests::paused;
use serde_json::{Value, json};

const PART: &str = "drive.v1.file.upload_part";
const BLOCK: usize = 4 << 20;

fn stored(sandbox: &Sandbox, token: &str) -> Vec<u8> {
    sandbox.stored_file(token).expect("it was uploaded").bytes().expect("it can be read")
}

/// A way to the sandbox on which each part fails twice, in ways that look random and are the same
/// in each run. It also counts how many parts are on their way.
struct Unreliable {
    sandbox: Arc<Sandbox>,
    attempts: Mutex<HashMap<u64, u64>>,
    now: AtomicU64,
    most: AtomicU64,
}

impl Unreliable {
    fn new(sandbox: &Arc<Sandbox>) -> Self {
        let (attempts, now, most) = (Mutex::default(), AtomicU64::new(0), AtomicU64::new(0));
        Self { sandbox: Arc::clone(sandbox), attempts, now, most }
    }

    /// What befalls this attempt.
    fn fault(&self, seq: u64) -> Option<Fault> {
        let mut attempts = self.attempts.lock().expect("no test panics here");
        let attempt = attempts.entry(seq).or_default();
        *attempt += 1;
        let faults = [
            Fault::reset(),
            Fault::reset_after_execution(),
            Fault::status(502),
            Fault::status(504),
        ];
        let choice = (seq * 7 + *attempt * 5) % 4;
        let fault = faults.into_iter().nth(usize::try_from(choice).expect("a small number"));
        fault.filter(|_| *attempt <= 2)
    }

    fn transport(self: &Arc<Self>) -> FakeTransport {
        let way = Arc::clone(self);
        FakeTransport::handling(move |request| {
            let way = Arc::clone(&way);
            async move { way.send(request).await }
        })
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let (parts, body) = request.into_parts();
        let body = body.collect(usize::MAX).await?;
        let seq = parts.uri.path().ends_with("upload_part").then(|| seq(&body));
        let now = self.now.fetch_add(u64::from(seq.is_some()), Ordering::Relaxed);
        self.most.fetch_max(now + u64::from(seq.is_some()), Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(30)).await;
        if let Some(fault) = seq.and_then(|seq| self.fault(seq)) {
            self.sandbox.fault(PART, Times::Once, fault);
        }
        let response = self.sandbox.respond(Request::from_parts(parts, body)).await;
        self.now.fetch_sub(u64::from(seq.is_some()), Ordering::Relaxed);
        let broken = |error| TransportError::new(TransportErrorKind::Interrupted, error);
        Ok(response.map_err(broken)?.map(Body::from))
    }
}

/// The number of a part, from its form.
fn seq(form: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(form);
    let (_, rest) = head.split_once("name=\"seq\"\r\n\r\n").expect("a part has a number");
    rest.lines().next().and_then(|line| line.parse().ok()).expect("a number")
}

/// Sends `content` from a source of it.
async fn send_over_failures(source: Source, content: &[u8]) {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let unreliable = Arc::new(Unreliable::new(&sandbox));
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(unreliable.transport())
        .build()
        .expect("fine");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let upload = upload::file(&client, source).folder("fldcn1").on_progress(move |sent, total| {
        heard.lock().expect("no panic").push((sent, total));
    });
    // The future is one that can be spawned.
    let done = tokio::spawn(async move { upload.send().await }).await.expect("no panic");
    let token = done.expect("it arrives in the end").file_token;
    assert!(stored(&sandbox, &token) == content);
    assert_eq!((sandbox.requests_of(PART), sandbox.faults_served()), (21, 14));
    assert_eq!(unreliable.most.load(Ordering::Relaxed), 3, "parts on their way at once");
    let seen = seen.lock().expect("no panic");
    let total = content.len() as u64;
    assert!(
        seen.is_sorted() && seen.len() == 7 && seen.last() == Some(&(total, total)),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn every_part_fails_twice_and_the_file_is_whole() {
    let content = content(6 * BLOCK + 1);
    let directory = Directory::new();
    let path = directory.file("a.bin", &content);
    send_over_failures(Source::path(path), &content).await;
    send_over_failures(Source::bytes("a.bin", content.clone()), &content).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_to_come_one_by_one_does() {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let unreliable = Arc::new(Unreliable::new(&sandbox));
    let parts: HashMap<u64, u64> = (0..9).map(|seq| (seq, 2)).collect();
    *unreliable.attempts.lock().expect("no panic") = parts;
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(unreliable.transport())
        .build()
        .expect("fine");
    let busy = ScriptedResponse::json(200, &json!({ "code": 1_061_045, "msg": "can retry" }));
    sandbox.respond_with(PART, Times::Next(3), busy);
    let content = content(8 * BLOCK + 1);
    let source = Source::bytes("a.bin", content.clone());
    let first = Arc::clone(&unreliable);
    // When the first part has arrived, the three of the beginning have been refused.
    let upload =
        upload::file(&client, source).folder("fldcn1").max_retries(0).on_progress(move |_, _| {
            if first.now.load(Ordering::Relaxed) <= 1 {
                first.most.store(0, Ordering::Relaxed);
            }
        });
    let token = upload.send().await.expect("it arrives in the end").file_token;
    assert!(stored(&sandbox, &token) == content);
    assert_eq!(sandbox.requests_of(PART), 12);
    assert!(unreliable.most.load(Ordering::Relaxed) <= 1, "one by one since");
}

fn kill(sandbox: &Sandbox, path: &Path, state: &Path, die_at: u64) {
    let died = Command::new(env!("CARGO_BIN_EXE_uploader"))
        .args([&sandbox.base_url(), sandbox.app_id(), sandbox.app_secret()])
        .args([path, state])
        .arg(die_at.to_string())
        .output()
        .expect("the program was built with this test");
    assert!(!died.status.success(), "{}", String::from_utf8_lossy(&died.stderr));
}

fn state(path: &Path) -> UploadState {
    let json = fs::read_to_string(path).expect("the state was kept");
    UploadState::from_json(&json).expect("it is whole")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_after_its_process_was_killed() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let directory = Directory::new();
    let content = content(7 * BLOCK + 1000);
    let path = directory.file("large.bin", &content);
    let kept = directory.path().join("state");
    tokio::task::block_in_place(|| kill(&sandbox, &path, &kept, 4));
    let state = state(&kept);
    assert_eq!((state.total_parts(), state.uploaded_parts()), (8, 4));
    // What the sandbox counts may still hold parts that the dead process has sent.
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .on_call(move |call| {
            _ = count.fetch_add(u64::from(call.operation == PART), Ordering::Relaxed)
        })
        .build()
        .expect("fine");
    let upload = upload::resume(&client, &path, state);
    let token = upload.send().await.expect("it goes on").file_token;
    assert!(stored(&sandbox, &token) == content);
    assert_eq!(sent.load(Ordering::Relaxed), 4, "what has arrived is not sent again");
    assert_eq!(upload.state(), None);
    let file = sandbox.stored_file(&token).expect("it is there");
    assert_eq!(file.name(), "large.bin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_has_changed_is_not_gone_on_with() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let directory = Directory::new();
    let path = directory.file("large.bin", &content(6 * BLOCK));
    let kept = directory.path().join("state");
    tokio::task::block_in_place(|| kill(&sandbox, &path, &kept, 2));
    let state = state(&kept);
    directory.file("large.bin", &content(6 * BLOCK));
    let before = sandbox.requests();
    let client = crate::client(&sandbox);
    let error = upload::resume(&client, &path, state).send().await.expect_err("it was written");
    assert!(matches!(error, UploadError::Changed { .. }), "{error}");
    assert_eq!(sandbox.requests(), before);
}

#[tokio::test]
async fn a_day_later_the_upload_is_expired_and_says_so() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let source = Source::bytes("a.bin", content(6 * BLOCK));
    let upload = upload::file(&client, source).folder("fldcn1").max_retries(0);
    sandbox.fault("drive.v1.file.upload_finish", Times::Once, Fault::status(503));
    let error = upload.send().await.expect_err("the gateway fails");
    assert_eq!(
        error.call_error().and_then(lark_core::Error::status).map(|it| it.as_u16()),
        Some(503)
    );
    assert_eq!(upload.state().map(|state| state.uploaded_parts()), Some(6));
    sandbox.advance(upload::UPLOAD_LIFETIME);
    let error = upload.send().await.expect_err("too late");
    assert!(error.is_expired(), "{error}");
}

#[tokio::test]
async fn names_survive_both_ways() {
    const NAME: &str = "合同 v2 \"final\".pdf";
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let directory = Directory::new();
    let path = directory.file(NAME, b"%PDF");
    fs::create_dir(directory.path().join("down")).expect("it is ours");
    let token = upload::file(&client, &path).folder("f").send().await.expect("sent").file_token;
    let media = upload::media(&client, &path).media_parent(MediaParentType::DocxFile, "doxcn1");
    let media = media.extra("{}").send().await.expect("sent").file_token;
    let sent = lark_im::v1::file::create().upload(FilePart::path(&path));
    let key = client.send(sent).await.expect("sent").file_key;
    let attached = attachment::upload().to_task("t1", FilePart::path(&path));
    let attached = client.send(attached).await.expect("sent").items;
    assert_eq!(attached[0].name.as_deref(), Some(NAME));
    for key in [&token, &media, &key] {
        assert_eq!(sandbox.stored_file(key).expect("it is there").name(), NAME);
    }
    let got = client.send_full(v1::file::download(token)).await.expect("it is there");
    let disposition = got.head().headers()["content-disposition"].as_bytes();
    let disposition = String::from_utf8_lossy(disposition);
    assert!(disposition.contains(r#"filename="合同 v2 \"final\".pdf""#), "{disposition}");
    assert_eq!(got.value().file_name().as_deref(), Some(NAME));
    let saved = got.into_value().save_into(directory.path().join("down")).await.expect("saved");
    assert_eq!(saved.file_name().and_then(|name| name.to_str()), Some(NAME));
    assert_eq!(fs::read(saved).expect("it is there"), b"%PDF");
}

/// The vectors were made with zlib. The SDK computes, and the sandbox checks.
#[tokio::test]
async fn checksums_are_those_of_the_vectors() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/adler32.json")).expect("JSON");
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    for vector in vectors["vectors"].as_array().expect("a list") {
        let bytes = bytes_of(vector);
        let expected = vector["adler32"].as_str().expect("text");
        assert_eq!(upload::checksum(&bytes), expected, "{}", vector["name"]);
        if bytes.is_empty() {
            continue;
        }
        let call = |checksum: &str| {
            let size = i64::try_from(bytes.len()).expect("small");
            let call = v1::file::upload_all().file_name("a").parent_type("explorer").size(size);
            let file = lark_core::FilePart::bytes("a", bytes.clone());
            call.parent_node("f").checksum(checksum).file(file)
        };
        client.send(call(expected)).await.expect("the sandbox finds the same");
        let error = client.send(call("0")).await.expect_err("another");
        assert_eq!(error.code(), Some(1_062_008));
    }
}

/// The bytes of a vector: encoded, or as they are put together.
fn bytes_of(vector: &Value) -> Vec<u8> {
    let pattern = || (0..=255_u8).cycle();
    match vector["name"].as_str().expect("a name") {
        "empty" => Vec::new(),
        "a" => b"a".to_vec(),
        "Wikipedia" => b"Wikipedia".to_vec(),
        "hello_utf8" => "你好，飞书 👋".as_bytes().to_vec(),
        "zeros_1024" => vec![0; 1024],
        "ff_5552" => vec![0xff; 5552],
        "ff_5553" => vec![0xff; 5553],
        "ff_1MiB" => vec![0xff; 1 << 20],
        "pattern_4MiB" => pattern().take(4 << 20).collect(),
        "pattern_4MiB_plus_1" => pattern().take(4 << 20).chain([1]).collect(),
        other => panic!("a vector without bytes: {other}"),
    }
}
