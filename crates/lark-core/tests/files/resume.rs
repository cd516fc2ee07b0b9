//! Transfers that break in the middle.

use lark_core::{RetryPolicy, Stage};
use lark_test_support::{Directory, content};

use crate::client;
use crate::operations::get;
use crate::server::{Asked, Reply, Server};

const LENGTH: usize = 300_000;
const CUT: usize = 100_000;

/// The rest of the file from where it is asked for, as a server with ranges has it.
fn rest(asked: &Asked) -> Reply {
    let Some(start) = asked.range() else { return Reply::new(200, content(LENGTH)) };
    let range = format!("bytes {start}-{}/{LENGTH}", LENGTH - 1);
    Reply::new(206, &content(LENGTH)[start..]).header("content-range", range)
}

#[tokio::test]
async fn the_rest_is_asked_for_and_put_behind_what_is_there() {
    let server = Server::start(|asked, number| {
        let reply = rest(asked).header("etag", "\"v1\"").header("accept-ranges", "bytes");
        if number < 2 { reply.cut(CUT) } else { reply }
    })
    .await;
    let directory = Directory::new();
    let path = directory.path().join("a.bin");
    let client = client(&server);
    let length = client.send(get()).await.expect("a file").save_to(&path).await.expect("resumed");
    assert_eq!(length, LENGTH as u64);
    assert!(std::fs::read(&path).expect("it is there") == content(LENGTH));
    let calls = server.calls();
    let ranges: Vec<_> = calls.iter().map(|it| (it.range(), it.header("if-range"))).collect();
    let etag = Some("\"v1\"");
    assert_eq!(ranges, [(None, None), (Some(CUT), etag), (Some(2 * CUT), etag)]);
    assert_eq!(directory.names(), ["a.bin"]);
}

#[tokio::test]
async fn pieces_and_bytes_are_resumed_as_well() {
    const TIME: &str = "Tue, 24 Nov 2026 08:00:00 GMT";
    let server = Server::start(|asked, number| {
        let reply = rest(asked).header("last-modified", TIME);
        if number.is_multiple_of(2) { reply.cut(CUT) } else { reply }
    })
    .await;
    let client = client(&server);
    let bytes = client.send(get()).await.expect("a file").bytes(LENGTH).await.expect("resumed");
    assert!(bytes == content(LENGTH));
    let mut file = client.send(get()).await.expect("a file");
    let mut all = Vec::new();
    while let Some(piece) = file.chunk().await.expect("resumed") {
        all.extend(piece);
    }
    assert!(all == content(LENGTH));
    assert_eq!(server.calls().len(), 4);
    let asked = &server.calls()[1];
    assert_eq!((asked.range(), asked.header("if-range")), (Some(CUT), Some(TIME)));
}

#[tokio::test]
async fn a_server_that_begins_anew_is_followed_by_those_who_can() {
    let whole = |_: &Asked, number: usize| {
        let reply = Reply::new(200, content(LENGTH)).header("etag", format!("\"v{number}\""));
        if number.is_multiple_of(2) { reply.cut(CUT) } else { reply }
    };
    let server = Server::start(whole).await;
    let client = client(&server);
    let directory = Directory::new();
    let path = directory.path().join("a.bin");
    client.send(get()).await.expect("a file").save_to(&path).await.expect("begun anew");
    assert!(std::fs::read(&path).expect("it is there") == content(LENGTH));
    let bytes = client.send(get()).await.expect("a file").bytes(LENGTH).await.expect("anew");
    assert!(bytes == content(LENGTH));
    let mut file = client.send(get()).await.expect("a file");
    let mut got = 0;
    let error = loop {
        match file.chunk().await {
            Ok(piece) => got += piece.expect("it does not end well").len(),
            Err(error) => break error,
        }
    };
    assert_eq!((got, error.stage()), (CUT, Stage::Send), "what was given cannot be taken back");
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_part_that_does_not_fit_is_an_error_and_no_file() {
    let part = |range: &str| Reply::new(206, content(CUT)).header("content-range", range);
    for (reply, why) in [
        (part("bytes 0-99999/300000"), "100000 bytes are there, and it sends \"bytes 0-"),
        (part("bytes 100001-200000/300000"), "100000 bytes are there"),
        (part("bytes 100000-199999/400000"), "it had 300000 bytes and has 400000 now"),
        (part("bytes a-b/c"), "\"bytes a-b/c\" is not the range of a part"),
        (Reply::new(206, content(CUT)), "\"\" is not the range of a part"),
        (part("bytes 100000-299999/300000").header("etag", "\"v2\""), "it is another one"),
        (part("bytes 100000-299999/300000").header("content-encoding", "gzip"), "it is encoded"),
    ] {
        let server = Server::start(move |_, number| match number {
            0 => Reply::new(200, content(LENGTH)).header("etag", "\"v1\"").cut(CUT),
            _ => reply.clone(),
        })
        .await;
        let directory = Directory::new();
        let path = directory.file("a.bin", b"before");
        let file = client(&server).send(get()).await.expect("a file");
        let error = file.save_to(&path).await.expect_err(why);
        assert_eq!(error.stage(), Stage::Decode);
        let text = error.to_string();
        assert!(
            text.contains("the server does not continue the file: ") && text.contains(why),
            "{text}"
        );
        assert_eq!(std::fs::read(&path).expect("it is there"), b"before");
        assert_eq!(directory.names(), ["a.bin"]);
    }
}

#[tokio::test]
async fn it_ends_when_the_policy_says_so_and_nothing_is_left() {
    for (retries, requests) in [(0, 1), (1, 2), (2, 3)] {
        let server = Server::start(|_, _| Reply::new(200, content(LENGTH)).cut(CUT)).await;
        let directory = Directory::new();
        let path = directory.file("a.bin", b"before");
        let policy = RetryPolicy::default().max_retries(retries);
        let delay = std::time::Duration::ZERO;
        let client = client(&server).with_retry(policy.delays(delay, delay));
        let file = client.send(get()).await.expect("a file");
        let error = file.save_to(&path).await.expect_err("it never comes whole");
        assert_eq!((error.stage(), error.is_transient()), (Stage::Send, true), "{error}");
        assert_eq!(server.calls().len(), requests);
        assert_eq!(std::fs::read(&path).expect("it is there"), b"before");
        assert_eq!(directory.names(), ["a.bin"]);
    }
}

#[tokio::test]
async fn what_cannot_be_resumed_is_not_asked_for() {
    for header in [("accept-ranges", "none"), ("content-encoding", "gzip")] {
        let server = Server::start(move |_, _| {
            Reply::new(200, content(LENGTH)).header(header.0, header.1).cut(CUT)
        })
        .await;
        let file = client(&server).send(get()).await.expect("a file");
        let error = file.bytes(LENGTH).await.expect_err("it broke");
        assert!(error.to_string().contains("broke before the whole response came"), "{error}");
        assert_eq!(server.calls().len(), 1);
    }
    // A rejection of the request for the rest is what the call ends with.
    let server = Server::start(|_, number| match number {
        0 => Reply::new(200, content(LENGTH)).cut(CUT),
        _ => Reply::json(r#"{"code":234003,"msg":"gone"}"#),
    })
    .await;
    let file = client(&server).send(get()).await.expect("a file");
    assert_eq!(file.bytes(LENGTH).await.expect_err("gone").code(), Some(234_003));
}

/// The errors of a file whose first response breaks and is continued by `second`.
async fn continued_by(first: Reply, second: Reply) -> lark_core::Error {
    let server = Server::start(move |_, number| match number {
        0 => first.clone(),
        _ => second.clone(),
    })
    .await;
    let directory = Directory::new();
    let file = client(&server).send(get()).await.expect("a file");
    let error = file.save_to(directory.path().join("a.bin")).await.expect_err("no file");
    assert!(directory.names().is_empty());
    error
}

#[tokio::test]
async fn parts_are_as_long_as_announced() {
    let first = || Reply::new(200, content(LENGTH)).header("etag", "\"v1\"");
    let part =
        |range: &str, length| Reply::new(206, content(length)).header("content-range", range);
    let long = part("bytes 100000-299999/300000", LENGTH);
    let error = continued_by(first().cut(CUT), long).await;
    assert_eq!(error.stage(), Stage::Decode);
    assert!(error.to_string().contains("more than the 300000 bytes"), "{error}");
    // A part that says neither where it ends nor how long the file is.
    let error = continued_by(first().chunked().cut(CUT), part("bytes 100000-100009/*", 10)).await;
    assert!(error.to_string().contains("does not say where it ends"), "{error}");
    let error = continued_by(first().cut(CUT), part("bytes 100000-300000/*", LENGTH)).await;
    assert!(error.to_string().contains("it had 300000 bytes"), "{error}");
    // Longer and shorter than its own range.
    for (length, why) in [(10, "100010 bytes are there"), (30, "more than the 100020 bytes")] {
        let part = part("bytes 100000-100019/100020", length);
        let error = continued_by(first().chunked().cut(CUT), part).await;
        assert!(error.to_string().contains(why), "{length}: {error}");
    }
}

#[tokio::test]
async fn parts_of_parts_make_a_whole() {
    let server = Server::start(|asked, number| {
        let start = asked.range().unwrap_or(0);
        let end = (start + CUT).min(LENGTH);
        let (status, body) = match number {
            0 => (200, content(LENGTH)),
            _ => (206, content(LENGTH)[start..end].to_vec()),
        };
        let reply = Reply::new(status, body).header("etag", "\"v1\"");
        match number {
            0 => reply.cut(CUT),
            _ => reply.header("content-range", format!("bytes {start}-{}/*", end - 1)),
        }
    })
    .await;
    let file = client(&server).send(get()).await.expect("a file");
    assert!(file.bytes(LENGTH).await.expect("whole") == content(LENGTH));
}

#[tokio::test]
async fn two_versions_of_a_file_are_never_joined() {
    // The same length, and no validator: the second begins anew although it could continue.
    let date = "Tue, 24 Nov 2026 08:00:00 GMT";
    for weak in [
        [("x-a", ""), ("x-b", "")],
        [("etag", "W/\"1\""), ("x-b", "")],
        [("last-modified", date), ("date", date)],
    ] {
        let server = Server::start(move |asked, number| {
            let version = if number == 0 { b'a' } else { b'b' };
            let reply = match asked.range() {
                None => Reply::new(200, vec![version; LENGTH]),
                Some(start) => {
                    let range = format!("bytes {start}-{}/{LENGTH}", LENGTH - 1);
                    let rest = vec![version; LENGTH - start];
                    Reply::new(206, rest).header("content-range", range)
                }
            };
            let reply = weak.into_iter().fold(reply, |it, (name, value)| it.header(name, value));
            if number == 0 { reply.cut(CUT) } else { reply }
        })
        .await;
        let file = client(&server).send(get()).await.expect("a file");
        assert!(file.bytes(LENGTH).await.expect("anew") == vec![b'b'; LENGTH]);
        // Who has taken the first bytes cannot begin anew, so nothing is asked for.
        let server = Server::start(|_, _| Reply::new(200, content(LENGTH)).cut(CUT)).await;
        let mut file = client(&server).send(get()).await.expect("a file");
        while file.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}
        assert_eq!(server.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_part_is_taken_only_by_who_asked_for_it() {
    let part = |_: &Asked, number: usize| {
        let reply = Reply::new(206, content(CUT)).header("etag", "\"v1\"");
        let reply = reply.header("content-range", format!("bytes 0-{}/{LENGTH}", CUT - 1));
        if number == 2 { reply.cut(10) } else { reply }
    };
    let server = Server::start(part).await;
    let client = client(&server);
    let error = client.send(get()).await.expect_err("a part, unasked");
    assert!(error.to_string().contains("unasked"), "{error}");
    let asking = client.with_header("Range", "bytes=0-99999").expect("a header");
    let file = asking.send(get()).await.expect("a part");
    assert!(file.bytes(LENGTH).await.expect("whole") == content(CUT));
    // The rest of a part is not the rest of the file.
    let error = asking.send(get()).await.expect("a part").bytes(LENGTH).await.expect_err("broken");
    assert_eq!((error.stage(), server.calls().len()), (Stage::Send, 3));
    // One that comes where the whole file was asked for again.
    let whole = Reply::new(200, content(LENGTH)).cut(CUT);
    let error = continued_by(whole, part(&Asked::default(), 1)).await;
    assert!(error.to_string().contains("unasked"), "{error}");
}
