//! A client that does one thing at a time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{credentials, soon};
use crate::Sandbox;
use crate::long_connection::Frame;

/// What a connection goes over: memory, where a test can pause the clock, or a socket.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Io for S {}

/// A connection of the first app.
pub(super) struct Client {
    socket: WebSocketStream<Box<dyn Io>>,
}

/// What discovery responds.
pub(super) async fn discover(sandbox: &Sandbox, body: &Value) -> Value {
    let request = http::Request::post("/callback/ws/endpoint").body(body.to_string().into());
    let response = sandbox.respond(request.expect("a request")).await.expect("a response");
    serde_json::from_slice(response.body()).expect("JSON")
}

/// Host and port of a URL.
pub(super) fn authority(url: &str) -> &str {
    url.strip_prefix("ws://").and_then(|it| it.split('/').next()).expect("a host")
}

/// The URL of the first app's next connection.
pub(super) async fn url(sandbox: &Sandbox) -> String {
    let found = discover(sandbox, &credentials(sandbox)).await;
    found["data"]["URL"].as_str().expect("a URL").to_owned()
}

impl Client {
    /// Connects in memory.
    pub(super) async fn connect(sandbox: &Sandbox) -> Self {
        Self::open(sandbox, &url(sandbox).await).await.expect("it is let in")
    }

    /// The same with this URL.
    pub(super) async fn open(sandbox: &Sandbox, url: &str) -> Result<Self, Error> {
        let (stream, other) = tokio::io::duplex(4096);
        tokio::spawn(sandbox.serve(other));
        Self::upgrade(url, Box::new(stream)).await
    }

    /// Connects over a socket.
    pub(super) async fn dial(url: &str) -> Result<Self, Error> {
        let stream = TcpStream::connect(authority(url)).await.expect("it listens");
        Self::upgrade(url, Box::new(stream)).await
    }

    pub(super) async fn upgrade(url: &str, stream: Box<dyn Io>) -> Result<Self, Error> {
        let (socket, _) = client_async(url, stream).await?;
        Ok(Self { socket })
    }

    pub(super) async fn send(&mut self, frame: &Frame) {
        self.socket.send(Message::binary(frame.encode())).await.expect("it is open");
    }

    /// The next message; None at an orderly end.
    pub(super) async fn message(&mut self) -> Option<Result<Message, Error>> {
        soon(self.socket.next()).await
    }

    pub(super) async fn frame(&mut self) -> Frame {
        match self.message().await {
            Some(Ok(Message::Binary(bytes))) => Frame::decode(&bytes).expect("a frame"),
            other => panic!("no frame came, but {other:?}"),
        }
    }

    /// An event or a callback, put together from its parts in whatever order they come.
    pub(super) async fn event(&mut self) -> (Frame, Value) {
        let mut parts: Vec<Option<Vec<u8>>> = Vec::new();
        loop {
            let frame = self.frame().await;
            let number = |key| frame.header(key).and_then(|it| it.parse::<usize>().ok());
            parts.resize(number("sum").expect("a number"), None);
            parts[number("seq").expect("a number")] = frame.payload.clone();
            if let Some(parts) = parts.iter().cloned().collect::<Option<Vec<_>>>() {
                return (frame, serde_json::from_slice(&parts.concat()).expect("JSON"));
            }
        }
    }

    /// Acknowledges, with a reply if there is one.
    pub(super) async fn acknowledge(&mut self, mut frame: Frame, code: u16, reply: Option<&Value>) {
        let data = reply.map(|reply| STANDARD.encode(reply.to_string()));
        frame.payload = Some(json!({ "code": code, "data": data }).to_string().into_bytes());
        frame.headers.push(("biz_rt".to_owned(), "7".to_owned()));
        self.send(&frame).await;
    }

    pub(super) async fn ping(&mut self) {
        let headers = vec![("type".to_owned(), "ping".to_owned())];
        self.send(&Frame { service: 42, headers, ..Frame::default() }).await;
    }
}
