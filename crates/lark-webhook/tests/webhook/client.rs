//! An HTTP client that writes raw bytes and reads responses.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Connection(BufReader<TcpStream>);

/// A response.
#[derive(Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// In lower case, a line each.
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.expect("somebody listens")))
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the connection stands");
    }

    /// Writes, unless the server has hung up.
    pub(crate) async fn try_write(&mut self, bytes: impl AsRef<[u8]>) {
        _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// The next response; `None` if the connection was closed before.
    pub(crate) async fn response(&mut self) -> Option<Response> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let (mut headers, mut length) = (String::new(), 0);
        loop {
            let line = self.line().await?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().expect("a length");
            }
            headers.push_str(&line);
            headers.push('\n');
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.ok()?;
        Some(Response { status, headers, body: String::from_utf8(body).expect("text") })
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line).await {
            Ok(1..) => Some(line.trim_end().to_owned()),
            // Closed, or reset.
            Ok(0) | Err(_) => None,
        }
    }

    /// Sends a request and reads its response.
    pub(crate) async fn exchange(&mut self, request: impl AsRef<[u8]>) -> Response {
        self.write(request).await;
        self.response().await.expect("a response")
    }
}

/// A request on a connection of its own.
pub(crate) async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Response {
    Connection::open(address).await.exchange(request).await
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

pub(crate) fn post(path: &str, body: &str) -> String {
    post_with(path, "", body)
}

/// `headers` are whole lines.
pub(crate) fn post_with(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}
