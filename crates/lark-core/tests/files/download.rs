//! What a download says about the file, and what is a file at all.

use std::sync::{Arc, Mutex};

use lark_core::Stage;
use lark_test_support::content;

use crate::operations::get;
use crate::server::{Reply, Server};
use crate::{NAME, client};

const DISPOSITION: &str = "attachment; filename*=UTF-8''%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf";

#[tokio::test]
async fn the_head_tells_what_it_is() {
    let server = Server::start(|_, number| match number {
        0 => Reply::new(200, "%PDF")
            .header("Content-Disposition", DISPOSITION)
            .header("content-type", "application/pdf"),
        1 => Reply::new(200, "")
            .header("content-disposition", "filename=\"合同 v2 \\\"final\\\".pdf\""),
        _ => Reply::new(200, "x"),
    })
    .await;
    let client = client(&server);
    let file = client.send(get()).await.expect("a file");
    assert_eq!(file.file_name().as_deref(), Some(NAME));
    assert_eq!(file.content_type(), Some("application/pdf"));
    assert_eq!(file.content_length(), Some(4));
    assert_eq!(
        format!("{file:?}"),
        "Download { file_name: Some(\"合同 v2 \\\"final\\\".pdf\"), content_type: \
         Some(\"application/pdf\"), content_length: Some(4), received: 0, .. }"
    );
    assert_eq!(file.bytes(4).await.expect("short enough"), "%PDF");
    let file = client.send(get()).await.expect("an empty file");
    assert_eq!(file.file_name().as_deref(), Some(NAME), "plain UTF-8");
    assert_eq!(file.bytes(0).await.expect("short enough"), "");
    let file = client.send(get()).await.expect("a file");
    assert_eq!((file.file_name(), file.content_type()), (None, None));
    let asked = &server.calls()[0];
    let json = Some("application/json; charset=utf-8");
    assert_eq!(asked.header("content-type"), json, "im tells no name without it");
}

#[tokio::test]
async fn an_error_in_json_is_an_error_and_a_file_in_json_is_a_file() {
    let long = format!("{{\"code\":1,\"msg\":\"{}\"}}", "x".repeat(1_000_000));
    let rejection = r#"{"code":234003,"msg":"file not in msg"}"#;
    for (reply, expected) in [
        (Reply::json(rejection), Err((Stage::Api, Some(234_003)))),
        (
            Reply::json(rejection).header("content-disposition", DISPOSITION),
            Err((Stage::Api, Some(234_003))),
        ),
        (Reply::new(404, rejection), Err((Stage::Api, Some(234_003)))),
        (Reply::new(404, "<html>not here"), Err((Stage::Http, None))),
        (Reply::json(r#"{"name":"a","version":1}"#), Ok(24)),
        (Reply::json("[1,2]"), Ok(5)),
        (Reply::json("{\"code\":"), Ok(8)),
        (Reply::json(&long), Ok(long.len())),
        (Reply::new(200, rejection), Ok(rejection.len())),
    ] {
        let what = format!("{expected:?}");
        let server = Server::start(move |_, _| reply.clone()).await;
        let got = match client(&server).send(get()).await {
            Ok(file) => Ok(file.bytes(2_000_000).await.expect("whole").len()),
            Err(error) => Err((error.stage(), error.code())),
        };
        assert_eq!(got, expected, "{what}");
    }
}

#[tokio::test]
async fn a_file_over_the_limit_is_not_read() {
    // It hangs, so reading would not end.
    let server = Server::start(|_, _| Reply::new(200, content(1_000)).hang(10)).await;
    let error = client(&server).send(get()).await.expect("a file").bytes(999).await;
    let error = error.expect_err("too long");
    assert_eq!(
        error.to_string(),
        "test.v1.file.get: send: the response is too large: 1000 bytes, the limit is 999 (HTTP 200)"
    );
    let server = Server::start(|_, _| {
        let chunked = b"3e8\r\n".iter().copied().chain(content(1_000)).chain(*b"\r\n0\r\n\r\n");
        Reply::new(200, chunked.collect::<Vec<_>>()).header("transfer-encoding", "chunked")
    })
    .await;
    let client = client(&server);
    let file = client.send(get()).await.expect("a file");
    assert_eq!(file.content_length(), None);
    let error = file.bytes(999).await.expect_err("too long");
    assert!(error.to_string().contains("more than 999 bytes, the limit is 999"), "{error}");
    let file = client.send(get()).await.expect("a file");
    assert_eq!(file.bytes(1_000).await.expect("short enough"), content(1_000));
}

#[tokio::test]
async fn it_is_a_stream_and_tells_its_progress() {
    let server = Server::start(|_, _| Reply::new(200, content(500_000))).await;
    let told = Arc::<Mutex<Vec<_>>>::default();
    let telling = Arc::clone(&told);
    let file = client(&server).send(get()).await.expect("a file");
    let mut file =
        file.on_progress(move |got, total| telling.lock().expect("no panic").push((got, total)));
    let mut all = Vec::new();
    let mut stream = std::pin::pin!(&mut file);
    while let Some(piece) =
        std::future::poll_fn(|cx| futures_core::Stream::poll_next(stream.as_mut(), cx)).await
    {
        all.extend(piece.expect("whole"));
    }
    assert!(all == content(500_000));
    assert!(file.chunk().await.expect("it has ended").is_none());
    let told = told.lock().expect("no panic");
    assert_eq!(told.last(), Some(&(500_000, Some(500_000))));
    assert!(told.is_sorted());
}

#[tokio::test]
async fn silence_ends_a_transfer_once() {
    let short = std::time::Duration::from_millis(60);
    let server = Server::start(|_, _| Reply::new(200, content(1_000)).hang(10)).await;
    let client = lark_core::Client::builder("cli_test", "app-secret")
        .base_url(server.url())
        .read_timeout(short)
        .retry(lark_core::RetryPolicy::none())
        .build()
        .expect("fine");
    let mut file = client.send(get()).await.expect("a file");
    while file.chunk().await.is_ok_and(|piece| piece.is_some()) {}
    assert!(file.chunk().await.expect("it has ended").is_none(), "an error comes once");
    let mut file = client.send(get()).await.expect("a file");
    let first = file.chunk().await.expect("the first piece");
    let mut read = first.map_or(0, |piece| piece.len());
    let error = loop {
        match file.chunk().await {
            Ok(piece) => read += piece.map_or(0, |piece| piece.len()),
            Err(error) => break error,
        }
    };
    assert_eq!(read, 10);
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn it_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync>() {}
    shared::<lark_core::Download>();
    shared::<lark_core::FilePart>();
}
