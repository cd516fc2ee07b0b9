//! What is sent, and what is rejected before.

use std::io;
use std::sync::{Arc, Mutex};

use lark_core::{FilePart, RequiredCheck, Stage};
use lark_test_support::{Directory, content};

use crate::operations::{Put, put};
use crate::server::{Asked, Reply, Server};
use crate::{NAME, client};

const OK: &str = r#"{"code":0,"msg":"ok","data":{}}"#;
const TOKEN_INVALID: &str = r#"{"code":99991663,"msg":"token invalid"}"#;

/// The only file part of a form: its head and its content.
fn part(asked: &Asked) -> (String, Vec<u8>) {
    let content_type = asked.header("content-type").expect("it has one");
    let boundary = content_type.split_once("boundary=").expect("a form").1;
    let end = format!("\r\n--{boundary}--\r\n");
    let body = asked.body.strip_suffix(end.as_bytes()).expect("it is closed");
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").expect("a head");
    (String::from_utf8(body[..head].to_vec()).expect("UTF-8"), body[head + 4..].to_vec())
}

/// A reader that gives `content` in pieces of 10,000 bytes.
fn reader(content: &[u8]) -> impl tokio::io::AsyncRead + Send + use<> {
    let (mut writer, reader) = tokio::io::duplex(10_000);
    let content = content.to_vec();
    tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut writer, &content).await });
    reader
}

#[tokio::test]
async fn every_source_arrives_whole_with_its_name_and_its_length_where_it_is_known() {
    let server = Server::start(|_, _| Reply::json(OK)).await;
    let client = client(&server);
    let directory = Directory::new();
    let content = content(700_001);
    let path = directory.file(NAME, &content);
    let length = Some(content.len() as u64);
    let mut both = content.clone();
    both.splice(0..0, content.iter().copied());
    let doubled = directory.file("doubled", &both);
    let sources = [
        (FilePart::bytes(NAME, content.clone()), true),
        (FilePart::path(&path), true),
        (FilePart::path(&doubled).named(NAME).range(700_001, 700_001), true),
        (FilePart::bytes(NAME, both).range(700_001, 700_001), true),
        (FilePart::reader(NAME, reader(&content), length), true),
        (FilePart::reader(NAME, reader(&content), None), false),
    ];
    for (number, (source, is_known)) in sources.into_iter().enumerate() {
        let what = format!("{source:?}");
        assert_eq!(source.len().expect("it is there"), length.filter(|_| is_known), "{what}");
        client.send(put(source)).await.expect("accepted");
        let asked = &server.calls()[number];
        let (head, sent) = part(asked);
        assert!(sent == content, "{what}");
        assert!(head.contains("filename=\"合同 v2 %22final%22.pdf\"\r\n"), "{head}");
        assert!(head.ends_with("\r\nContent-Type: application/octet-stream"), "{head}");
        let announced = asked.header("content-length").map(|it| it.parse().expect("a number"));
        assert_eq!(announced, is_known.then_some(asked.body.len()), "{what}");
    }
    client.send(put(FilePart::path(&path).content_type("text/csv"))).await.expect("accepted");
    let (head, _) = part(server.calls().last().expect("sent"));
    assert!(head.ends_with("\r\nContent-Type: text/csv"), "{head}");
}

#[tokio::test]
async fn files_are_sent_again_and_streams_say_why_they_are_not() {
    let rejecting = |_: &Asked, number: usize| {
        Reply::json(if number.is_multiple_of(2) { TOKEN_INVALID } else { OK })
    };
    let server = Server::start(rejecting).await;
    let client = client(&server);
    let directory = Directory::new();
    let content = content(300_000);
    let path = directory.file("a.bin", &content);
    for source in [FilePart::path(&path), FilePart::bytes("a.bin", content.clone())] {
        client.send(put(source)).await.expect("accepted in the end");
        let calls = server.calls();
        let [.., first, second] = &calls[..] else { panic!("it is sent twice") };
        assert!(first.body == second.body && part(second).1 == content);
    }
    let stream = FilePart::reader("a.bin", reader(&content), None);
    let error = client.send(put(stream.clone())).await.expect_err("it cannot be repeated");
    assert_eq!(server.calls().len(), 5);
    assert!(error.is_token_invalid());
    let text = error.to_string();
    assert!(
        text.ends_with(
            "(HTTP 200, not repeated, because \"a.bin\" is a stream, which can be read once)"
        ),
        "{text}"
    );
    let error = client.send(put(stream)).await.expect_err("it was read");
    assert_eq!((error.stage(), error.attempts()), (Stage::Prepare, 0));
    assert_eq!(
        error.to_string(),
        "test.v1.file.create: prepare: cannot send \"a.bin\": it is a stream, which can be read \
         once, and another call has read it"
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_rejected_before_anything_is() {
    let server = Server::start(|_, _| Reply::json(OK)).await;
    let client = client(&server);
    let directory = Directory::new();
    let path = |name: &str| directory.path().join(name);
    let (empty, five) = (directory.file("empty", b""), directory.file("5", b"12345"));
    let stream = || FilePart::reader("s", tokio::io::empty(), Some(10));
    let cases = [
        (FilePart::path(path("none\nhere")), "none\\nhere\": No such file", "NotFound"),
        (FilePart::path(directory.path()), "it is a directory", "IsADirectory"),
        (FilePart::path("/dev/null"), "it is not a regular file", "InvalidInput"),
        (FilePart::path(&empty), "empty\": it is empty", "InvalidInput"),
        (FilePart::bytes("e", ""), "cannot send \"e\": it is empty", "InvalidInput"),
        (FilePart::path(&five).range(1, 0), "it is empty", "InvalidInput"),
        (FilePart::path(&five).max_size(4), "it has 5 bytes, and 4 are the limit", "FileTooLarge"),
        (stream().max_size(4), "it has 10 bytes, and 4 are the limit", "FileTooLarge"),
        (FilePart::path(&five).range(3, 3), "5 bytes, which are not 3 from 3 on", "InvalidInput"),
        (FilePart::bytes("b", "12345").range(u64::MAX, 2), "it has 5 bytes", "InvalidInput"),
        (FilePart::bytes("a/b", "x"), "the file name \"a/b\" has a slash", ""),
        (stream().range(0, 1), "\"s\" is a stream, which has no ranges", ""),
        (FilePart::bytes("b", "x").content_type("a\r\nb"), "is not a content type", ""),
    ];
    for (file, why, kind) in cases {
        let error = client.send(put(file)).await.expect_err(why);
        let text = error.to_string();
        assert_eq!((error.stage(), error.attempts()), (Stage::Prepare, 0), "{text}");
        assert!(text.contains(why) && !text.contains('\n'), "{text}");
        let found = error.io_error().map(|it| format!("{:?}", it.kind())).unwrap_or_default();
        assert_eq!((found.as_str(), error.file().is_some()), (kind, !kind.is_empty()), "{text}");
    }
    assert!(server.all().is_empty(), "not even a token is fetched");
    let asked = client.with_required_check(RequiredCheck::Off);
    asked.send(put(FilePart::path(&empty))).await.expect("it is asked all the same");
    let without = client.send(Put::default()).await.expect_err("no file");
    assert_eq!(without.missing_inputs(), ["file"]);
}

#[tokio::test]
async fn a_stream_that_breaks_its_promise_does_not_become_a_file() {
    let server = Server::start(|_, _| Reply::json(OK)).await;
    let client = client(&server);
    let content = content(50_000);
    let stream = |length| FilePart::reader("s.bin", reader(&content), length);
    for (file, why) in [
        (stream(Some(50_001)), "it ended after 50000 of the 50001 bytes announced"),
        (stream(Some(49_999)), "it has more than the 49999 bytes announced"),
        (stream(None).max_size(49_999), "it has more than 49999 bytes, which are the limit"),
    ] {
        let error = client.send(put(file)).await.expect_err(why);
        let expected = format!("test.v1.file.create: send: cannot send \"s.bin\": {why}");
        assert_eq!(error.to_string(), expected);
        assert!(!error.is_transient());
    }
    assert!(server.calls().iter().all(|asked| !asked.is_whole));
    let failing = stream_of(vec![Ok("abc".into()), Err(io::Error::other("the source ended"))]);
    let error = client.send(put(FilePart::stream("s.bin", failing, None))).await;
    let text = error.expect_err("the stream failed").to_string();
    assert!(text.ends_with("cannot send \"s.bin\": the source ended"), "{text}");
}

#[tokio::test]
async fn progress_is_told_up_to_the_length() {
    let server = Server::start(|_, number| Reply::json([TOKEN_INVALID, OK][number])).await;
    let directory = Directory::new();
    let path = directory.file("a.bin", &content(1_000_000));
    let told = Arc::<Mutex<Vec<_>>>::default();
    let telling = Arc::clone(&told);
    let file = FilePart::path(path)
        .on_progress(move |sent, total| telling.lock().expect("no panic").push((sent, total)));
    client(&server).send(put(file)).await.expect("accepted");
    let told = told.lock().expect("no panic");
    assert!(told.iter().all(|(_, total)| *total == Some(1_000_000)));
    let ends: Vec<_> = told.iter().filter(|(sent, _)| *sent == 1_000_000).collect();
    assert_eq!(ends.len(), 2, "each attempt begins again: {told:?}");
    let falls = told.windows(2).filter(|pair| pair[1].0 < pair[0].0).count();
    assert_eq!((told.len(), falls), (8, 1), "{told:?}");
}

/// A stream of these items.
fn stream_of(
    items: Vec<io::Result<bytes::Bytes>>,
) -> impl futures_core::Stream<Item = io::Result<bytes::Bytes>> + Send {
    struct Items(std::vec::IntoIter<io::Result<bytes::Bytes>>);
    impl futures_core::Stream for Items {
        type Item = io::Result<bytes::Bytes>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.next())
        }
    }
    Items(items.into_iter())
}
