//! Files of any size in little memory. In a process of its own, because the peak of its resident
//! set is what is measured: of the sandbox and of the bare client here, which keeps nothing.
#![cfg(target_os = "linux")]
#![allow(missing_docs, reason = "a test")]

use std::fs;

use lark_core::{Client, RawRequest};
use lark_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SIZE: u64 = 200 << 20;
const BLOCK: u64 = 4 << 20;
/// What 200 MB in each direction may add, in KiB: buffers of sockets and of the form reader, and
/// what the allocator keeps.
const ROOM: u64 = 16 << 10;

const BOUNDARY: &str = "what-is-in-no-file";

#[tokio::test]
async fn does_not_grow_with_the_file() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let token = sandbox.issue_user_token("ou_1");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build().expect("fine").as_user(token.as_str());
    let call = async |method: &str, body: Value| {
        let request = RawRequest::post(format!("/open-apis/drive/v1/files/{method}")).json(body);
        client.send_raw(request).await.expect("accepted").data().expect("data").clone()
    };
    let file =
        json!({ "file_name": "a", "parent_type": "explorer", "parent_node": "f", "size": SIZE });
    let id = call("upload_prepare", file).await["upload_id"].clone();
    let id = id.as_str().expect("an id");
    // What is needed once is there after the first part.
    assert_eq!(part(&sandbox, &token, id, 0, BLOCK).await, 0);
    let before = peak();
    // 200 MB in one form are too many for a part, which shows when all of them have come.
    assert_eq!(part(&sandbox, &token, id, 1, SIZE).await, 1_062_009);
    let up = peak() - before;
    for seq in 1..SIZE / BLOCK {
        assert_eq!(part(&sandbox, &token, id, seq, BLOCK).await, 0);
    }
    let end = json!({ "upload_id": id, "block_num": SIZE / BLOCK });
    let file = call("upload_finish", end).await["file_token"].clone();
    let file = file.as_str().expect("a token");
    assert!(download(&sandbox, &token, file).await > SIZE);
    let down = peak() - before;
    assert!(down < ROOM, "grown by {up} KiB after the upload, {down} KiB after the download");
}

/// Sends a part of this size; the code of the answer.
async fn part(sandbox: &Sandbox, token: &str, id: &str, seq: u64, size: u64) -> i64 {
    let field = |name: &str, value: &str| {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let (seq, length) = (seq.to_string(), size.to_string());
    let texts = field("upload_id", id) + &field("seq", &seq) + &field("size", &length);
    let file = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
    let head = texts + &file;
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let total = head.len() as u64 + size + tail.len() as u64;
    let mut stream = connect(sandbox).await;
    let request = format!(
        "POST /open-apis/drive/v1/files/upload_part HTTP/1.1\r\nHost: a\r\n\
         Authorization: Bearer {token}\r\nContent-Length: {total}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n{head}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let chunk = vec![b'x'; 64 << 10];
    for _ in 0..size / chunk.len() as u64 {
        stream.write_all(&chunk).await.expect("sent");
    }
    stream.write_all(tail.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    body["code"].as_i64().expect("a code")
}

/// Fetches a file; how many bytes came, with the head.
async fn download(sandbox: &Sandbox, token: &str, file: &str) -> u64 {
    let mut stream = connect(sandbox).await;
    let request = format!(
        "GET /open-apis/drive/v1/files/{file}/download HTTP/1.1\r\nHost: a\r\n\
         Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    loop {
        match stream.read(&mut buffer).await.expect("bytes") {
            0 => return total,
            read => total += read as u64,
        }
    }
}

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let url = sandbox.base_url();
    let address = url.strip_prefix("http://").expect("a URL");
    TcpStream::connect(address).await.expect("it listens")
}

/// The largest resident set of this process so far, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("a number of KiB")
}
