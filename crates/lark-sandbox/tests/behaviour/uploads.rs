//! Uploads in parts.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::client::{ApiResponse, Client, send};

const FILES: &str = "/open-apis/drive/v1/files";
const BLOCK: usize = 4 << 20;

/// A file of two blocks and a bit, in which no block is like another.
fn content() -> Vec<u8> {
    (0..2 * BLOCK + 1000).map(|at| (at / 1000 % 251) as u8).collect()
}

async fn prepare(client: &Client, size: usize) -> String {
    let body = json!({ "file_name": "a.bin", "parent_type": "explorer", "parent_node": "f", "size": size });
    let answer = client.post(&format!("{FILES}/upload_prepare"), body).await;
    assert_eq!(answer.data()["block_size"], BLOCK);
    answer.data()["upload_id"].as_str().expect("an id").to_owned()
}

fn part(id: &str, seq: usize, content: &[u8]) -> Form {
    let form = Form::new().text("upload_id", id.to_owned()).text("seq", seq.to_string());
    form.text("size", content.len().to_string()).part("file", Part::bytes(content.to_vec()))
}

async fn send_part(client: &Client, form: Form) -> ApiResponse {
    client.form(&format!("{FILES}/upload_part"), form).await
}

async fn finish(client: &Client, id: &str, blocks: usize) -> ApiResponse {
    let body = json!({ "upload_id": id, "block_num": blocks });
    client.post(&format!("{FILES}/upload_finish"), body).await
}

#[tokio::test]
async fn parts_come_in_any_order_and_a_repeated_one_counts() {
    let client = Client::start().await;
    let content = content();
    let blocks: Vec<&[u8]> = content.chunks(BLOCK).collect();
    let id = prepare(&client, content.len()).await;
    let wrong = vec![0; BLOCK];
    for (seq, block) in [(2, blocks[2]), (0, &wrong), (1, blocks[1]), (0, blocks[0])] {
        assert_eq!(send_part(&client, part(&id, seq, block)).await.code(), 0);
    }
    let answer = finish(&client, &id, 3).await;
    let token = answer.data()["file_token"].as_str().expect("a token");
    let stored = client.sandbox.stored_file(token).expect("it is there");
    assert!(stored.bytes().expect("readable") == content);
    assert_eq!(client.sandbox.parts_received(), 4);
    let answer = client.request(Method::GET, &format!("{FILES}/{token}/download"));
    let answer = answer.header("range", format!("bytes={}-{}", BLOCK - 5, BLOCK + 4)).send();
    let across = answer.await.expect("an answer").bytes().await.expect("bytes");
    assert_eq!(across, content[BLOCK - 5..BLOCK + 5]);
    assert_eq!(finish(&client, &id, 3).await.code(), 1_061_021);
}

#[tokio::test]
async fn each_mistake_has_its_code() {
    let client = Client::start().await;
    let content = content();
    let id = prepare(&client, content.len()).await;
    let block = &content[..BLOCK];
    let short = part(&id, 0, &block[1..]);
    let last = part(&id, 2, block);
    let beyond = part(&id, 3, block);
    let sum = part(&id, 0, block).text("checksum", "1");
    let unknown = part("upload_none", 0, block);
    for (form, code) in [
        (short, 1_062_009),
        (last, 1_062_009),
        (beyond, 1_062_011),
        (sum, 1_062_008),
        (unknown, 1_061_021),
    ] {
        assert_eq!(send_part(&client, form).await.code(), code);
    }
    assert_eq!(client.sandbox.parts_received(), 0);
    assert_eq!(finish(&client, &id, 2).await.code(), 1_062_011);
    assert_eq!(finish(&client, &id, 3).await.code(), 1_062_010);
    let user = client.sandbox.issue_user_token("ou_1");
    let form = part(&id, 0, block);
    let request = client.bare(Method::POST, &format!("{FILES}/upload_part")).bearer_auth(user);
    assert_eq!(send(request.multipart(form)).await.code(), 1_062_007);
}

#[tokio::test]
async fn an_upload_ends_after_a_day() {
    let mut client = Client::start().await;
    let id = prepare(&client, 3).await;
    client.sandbox.advance(Duration::from_secs(24 * 60 * 60 - 60));
    client.token = client.tenant_token().await;
    assert_eq!(send_part(&client, part(&id, 0, b"abc")).await.code(), 0);
    client.sandbox.advance(Duration::from_secs(61));
    assert_eq!(finish(&client, &id, 1).await.code(), 1_061_021);
}
