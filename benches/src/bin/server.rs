//! The platform, as far as the benchmark `send` needs it, in a process of its own: HTTP/1.1 with
//! keep-alive, the token endpoint and `im.v1.message.create`. Prints its address and serves until
//! it is killed.

#![allow(clippy::print_stdout, reason = "the address is what the parent waits for")]

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = r#"{"code":0,"expire":7140,"msg":"ok","tenant_access_token":"t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234"}"#;
const MESSAGE: &str = r#"{"code":0,"data":{"body":{"content":"{\"text\":\"构建 42 已通过 build 42 passed\"}"},"chat_id":"oc_5ad11d72b830411d72b836c20","create_time":"1615380573411","deleted":false,"message_id":"om_dc13264520392913993dd051dba21dcf","msg_type":"text","sender":{"id":"cli_9f427eec54ae901b","id_type":"app_id","sender_type":"app","tenant_key":"736588c9260f175e"},"update_time":"1615380573411","updated":false},"msg":"success"}"#;

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A connection that breaks is the client's to report.
        tokio::spawn(async move { _ = serve(stream).await });
    }
}

async fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(8192);
    loop {
        while let Some((is_token, length)) = request(&buffer) {
            buffer.drain(..length);
            stream.write_all(answer(if is_token { TOKEN } else { MESSAGE }).as_bytes()).await?;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// Whether the first request in the buffer is for a token, and its length; `None` if not all of
/// it is there.
fn request(buffer: &[u8]) -> Option<(bool, usize)> {
    let end = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let is_token = head.lines().next().is_some_and(|line| line.contains("/auth/v3/"));
    (buffer.len() >= end + length).then_some((is_token, end + length))
}

/// With the headers that the platform's gateway sends.
fn answer(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nServer: Tengine\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: keep-alive\r\n\
         Date: Wed, 10 Mar 2021 12:49:33 GMT\r\n\
         X-Tt-Logid: 202103102049330101980290390B3A1F7C\r\n\
         X-Request-Id: 202103102049330101980290390B3A1F7C\r\n\
         Tt_stable: 1\r\nX-Ogw-Ratelimit-Limit: 1000\r\nX-Ogw-Ratelimit-Reset: 1\r\n\
         Server-Timing: inner; dur=38\r\n\r\n{body}"
    )
}
