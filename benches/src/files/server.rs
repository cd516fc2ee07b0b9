//! A platform that takes files, or gives them, as fast as it can.

use std::io;

use ring::digest::{Context, SHA256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::content::{Content, hex};

const TOKEN: &str = r#"{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}"#;
const BUFFER: usize = 256 * 1024;

/// Serves until the process is killed. Tells its URL first.
///
/// # Errors
/// There is no port.
pub async fn serve(tell: impl FnOnce(String)) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    tell(format!("http://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A connection that breaks is the client's to report.
        tokio::spawn(async move { _ = connection(stream).await });
    }
}

struct Head {
    line: String,
    text: String,
    /// What of the body came with it.
    rest: Vec<u8>,
}

impl Head {
    fn header(&self, name: &str) -> Option<&str> {
        let line =
            |line: &&str| line.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
        self.text.lines().find(line).map(|line| line[name.len() + 1..].trim())
    }
}

async fn connection(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER);
    loop {
        while !buffer.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let end = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or_default() + 4;
        let text = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let line = text.lines().next().unwrap_or_default().to_owned();
        let head = Head { line, text, rest: buffer.split_off(end) };
        buffer.clear();
        if head.line.starts_with("GET") {
            give(&mut stream, &head).await?;
        } else {
            take(&mut stream, head).await?;
        }
    }
}

async fn give(stream: &mut TcpStream, head: &Head) -> io::Result<()> {
    let length = head.line.split_once("length=").and_then(|(_, it)| it.split_once(' '));
    let mut left: u64 = length.and_then(|(it, _)| it.parse().ok()).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {left}\r\n\
         Content-Disposition: attachment; filename=\"a.bin\"\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    let mut content = Content::default();
    while left > 0 {
        let piece = content.next(left);
        stream.write_all(piece).await?;
        left -= piece.len() as u64;
    }
    Ok(())
}

/// Reads a form with one part, and answers with the hash of the file in it if it is asked for.
async fn take(stream: &mut TcpStream, mut head: Head) -> io::Result<()> {
    let length = head.header("content-length").and_then(|it| it.parse().ok());
    let mut left: u64 = length.ok_or(io::ErrorKind::InvalidData)?;
    let mut buffer = std::mem::take(&mut head.rest);
    buffer.reserve(BUFFER);
    let (mut hash, mut content) = (Context::new(&SHA256), 0);
    if head.header("x-check") == Some("1") {
        let start = loop {
            if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            more(stream, &mut buffer).await?;
        };
        buffer.drain(..start);
        left -= start as u64;
        let boundary = head.header("content-type").and_then(|it| it.split_once("boundary="));
        content = left - boundary.map_or(0, |(_, it)| format!("\r\n--{it}--\r\n").len() as u64);
    }
    while left > 0 {
        if buffer.is_empty() {
            more(stream, &mut buffer).await?;
        }
        let piece = usize::try_from(content).unwrap_or(usize::MAX).min(buffer.len());
        hash.update(&buffer[..piece]);
        content -= piece as u64;
        left -= buffer.len() as u64;
        buffer.clear();
    }
    let is_token = head.line.contains("/auth/v3/");
    let data = format!(r#"{{"code":0,"msg":"ok","data":{{"hash":"{}"}}}}"#, hex(hash));
    let body = if is_token { TOKEN } else { &data };
    let length = body.len();
    let kind = "Content-Type: application/json";
    let answer = format!("HTTP/1.1 200 OK\r\n{kind}\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    match stream.read_buf(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
