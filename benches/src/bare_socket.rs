//! The bytes of a call over a socket, without HTTP and JSON: the least that an async client can cost.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bare::TOKEN;

/// One connection, and a buffer for its responses.
pub struct BareSocket {
    stream: TcpStream,
    head: String,
    response: Vec<u8>,
}

impl BareSocket {
    /// Connects to the server at `url`.
    ///
    /// # Errors
    /// There is none.
    pub async fn connect(url: &str) -> io::Result<Self> {
        let address = url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST /open-apis/im/v1/messages?receive_id_type=chat_id HTTP/1.1\r\n\
             Host: {address}\r\nAuthorization: Bearer {TOKEN}\r\nUser-Agent: lark-rs/0.1.0\r\n\
             Content-Type: application/json; charset=utf-8\r\nContent-Length: "
        );
        Ok(Self { stream, head, response: Vec::with_capacity(8192) })
    }

    /// Sends a body and waits for the end of the response, of which only the length is looked at.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn send(&mut self, body: &str) -> io::Result<usize> {
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await?;
        self.response.clear();
        // The response is one write of the server, whose body ends with the object.
        while !self.response.ends_with(b"}") {
            if self.stream.read_buf(&mut self.response).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.response.len())
    }
}
