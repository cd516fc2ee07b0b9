//! Files of Drive: uploaded at once, listed, and downloaded whole and in ranges.

use std::time::Duration;

use lark_sandbox::{Fault, Times};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{Client, send};
use crate::paging::escaped;

const FILES: &str = "/open-apis/drive/v1/files";
const MEDIAS: &str = "/open-apis/drive/v1/medias";
const DOWNLOAD: &str = "drive.v1.file.download";

fn form(name: &str, size: &str, content: &[u8]) -> Form {
    let form = Form::new().text("file_name", name.to_owned()).text("size", size.to_owned());
    let form = form.text("parent_type", "explorer").text("parent_node", "fldcn1");
    form.part("file", Part::bytes(content.to_vec()))
}

async fn upload(client: &Client, name: &str, content: &[u8]) -> String {
    let form = form(name, &content.len().to_string(), content);
    let answer = client.form(&format!("{FILES}/upload_all"), form).await;
    answer.data()["file_token"].as_str().expect("a token").to_owned()
}

async fn range(client: &Client, token: &str, headers: &[(&str, &str)]) -> Response {
    let request = client.request(Method::GET, &format!("{FILES}/{token}/download"));
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn size_and_checksum_of_an_upload_are_checked() {
    let client = Client::start().await;
    let all = format!("{FILES}/upload_all");
    for (form, code) in [
        (form("a", "4", b"abc"), 1_062_009),
        (form("a", "0", b""), 1_061_002),
        (form("", "3", b"abc"), 1_061_002),
        (form("a", "3", b"abc").text("checksum", "38600998"), 1_062_008),
        (form("a", "3", b"abc").text("file_token", "boxnone"), 1_061_003),
        (form("a", "20971521", b"abc"), 1_061_043),
    ] {
        assert_eq!(client.form(&all, form).await.code(), code);
    }
    let good = form("a", "3", b"abc").text("checksum", "38600999");
    client.form(&all, good).await.data();
    let large = vec![1; (20 << 20) + 1];
    assert_eq!(client.form(&all, form("a", "20971521", &large)).await.code(), 1_061_043);
}

#[tokio::test]
async fn medias_and_files_are_two_things() {
    let client = Client::start().await;
    let form = Form::new().text("file_name", "a.png").text("size", "3").text("extra", "{}");
    let form = form.text("parent_type", "docx_image").text("parent_node", "doxcn1");
    let form = form.part("file", Part::bytes(b"abc".as_slice()));
    let answer = client.form(&format!("{MEDIAS}/upload_all"), form).await;
    let token = answer.data()["file_token"].as_str().expect("a token");
    let media = client.download(&format!("{MEDIAS}/{token}/download")).await;
    assert_eq!(media.bytes().await.expect("bytes"), b"abc".as_slice());
    assert_eq!(client.get(&format!("{FILES}/{token}/download")).await.code(), 1_061_003);
}

#[tokio::test]
async fn a_range_is_answered_with_that_part() {
    let client = Client::start().await;
    let content: Vec<u8> = (0..=255).cycle().take(150_000).collect();
    let token = upload(&client, "a.bin", &content).await;
    let whole = range(&client, &token, &[]).await;
    assert_eq!(
        (whole.status(), &whole.headers()["accept-ranges"]),
        (200.try_into().expect("a status"), &"bytes".parse().expect("a value"))
    );
    let tag = whole.headers()["etag"].to_str().expect("text").to_owned();
    for (asked, told, part) in [
        ("bytes=70000-", "bytes 70000-149999/150000", &content[70_000..]),
        ("bytes=0-9", "bytes 0-9/150000", &content[..10]),
        ("bytes=-5", "bytes 149995-149999/150000", &content[149_995..]),
    ] {
        let answer = range(&client, &token, &[("range", asked), ("if-range", &tag)]).await;
        assert_eq!(answer.status(), 206);
        assert_eq!(answer.headers()["content-range"], told);
        assert_eq!(answer.bytes().await.expect("bytes"), part);
    }
    let outside = range(&client, &token, &[("range", "bytes=150000-")]).await;
    assert_eq!(outside.status(), 416);
    assert_eq!(outside.headers()["content-range"], "bytes */150000");
    let stale = range(&client, &token, &[("range", "bytes=5-"), ("if-range", "\"old\"")]).await;
    assert_eq!(stale.status(), 200);
    assert_eq!(stale.bytes().await.expect("bytes"), content);
}

#[tokio::test]
async fn new_content_has_a_new_tag() {
    let client = Client::start().await;
    let token = upload(&client, "a.txt", b"one").await;
    let tag = range(&client, &token, &[]).await.headers()["etag"].clone();
    let again = form("a.txt", "5", b"three").text("file_token", token.clone());
    client.form(&format!("{FILES}/upload_all"), again).await.data();
    let answer = range(&client, &token, &[]).await;
    assert_ne!(answer.headers()["etag"], tag);
    assert_eq!(answer.bytes().await.expect("bytes"), b"three".as_slice());
}

#[tokio::test]
async fn a_download_ends_in_the_middle_or_takes_its_time() {
    let client = Client::start().await;
    let content = vec![9; 300_000];
    let token = upload(&client, "a.bin", &content).await;
    client.sandbox.fault(DOWNLOAD, Times::Once, Fault::reset_mid_body());
    let mut broken = range(&client, &token, &[]).await;
    assert_eq!(broken.headers()["content-length"], "300000");
    let mut got = 0;
    while let Ok(Some(chunk)) = broken.chunk().await {
        got += chunk.len();
    }
    assert_eq!(got, 150_000);
    client.sandbox.fault(DOWNLOAD, Times::Once, Fault::slow_body(Duration::from_millis(10)));
    let begun = Instant::now();
    let slow = range(&client, &token, &[]).await.bytes().await.expect("bytes");
    assert_eq!(slow, content);
    assert!(begun.elapsed() >= Duration::from_millis(50), "five pieces, 10 ms each");
}

#[tokio::test]
async fn folders_list_what_is_in_them() {
    let client = Client::start().await;
    let body = json!({ "name": "F", "folder_token": "" });
    let made = client.post(&format!("{FILES}/create_folder"), body).await;
    let folder = made.data()["token"].as_str().expect("a token").to_owned();
    let mut tokens = Vec::new();
    for name in ["a", "b", "c"] {
        let form =
            Form::new().text("file_name", name).text("size", "1").text("parent_type", "explorer");
        let form =
            form.text("parent_node", folder.clone()).part("file", Part::bytes(b"x".as_slice()));
        let answer = client.form(&format!("{FILES}/upload_all"), form).await;
        tokens.push(answer.data()["file_token"].clone());
    }
    let names = |answer: &Value| {
        let files = answer["files"].as_array().expect("a list");
        files
            .iter()
            .map(|file| file["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    let list = format!("{FILES}?folder_token={folder}&direction=ASC&page_size=2");
    let first = client.get(&list).await;
    assert_eq!(names(first.data()), ["a", "b"]);
    let next = first.data()["next_page_token"].as_str().expect("a token");
    let second = client.get(&format!("{list}&page_token={}", escaped(next))).await;
    assert_eq!(
        (names(second.data()), &second.data()["has_more"]),
        (vec!["c".to_owned()], &json!(false))
    );
    assert_eq!(names(client.get(&format!("{FILES}?page_size=200")).await.data()), ["F"]);
    let docs = json!({ "request_docs": [
        { "doc_token": tokens[0], "doc_type": "file" }, { "doc_token": "boxnone", "doc_type": "file" },
    ] });
    let metas = client.post("/open-apis/drive/v1/metas/batch_query", docs).await;
    assert_eq!(metas.data()["metas"][0]["title"], "a");
    assert_eq!(metas.data()["failed_list"], json!([{ "token": "boxnone", "code": 970_005 }]));
    let gone = format!("{FILES}/{}?type=file", tokens[0].as_str().expect("a token"));
    client.delete(&gone).await.data();
    assert_eq!(send(client.request(Method::DELETE, &gone)).await.code(), 1_061_003);
}
