//! The platform's side of a long connection, which costs the measured side nothing: it has a thread, or
//! a process, of its own.

use std::error::Error;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream as StdStream};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_core::Stream;
use futures_sink::Sink;
use lark_ws::__private::{Frame, Header, METHOD_CONTROL};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{Notify, oneshot};
use tokio_websockets::{Message, ServerBuilder, WebSocketStream};

use crate::child::Kept;

/// Events to push, and how many may be unacknowledged at a time.
#[derive(Clone)]
pub struct Work {
    /// The frames.
    pub frames: Arc<Vec<Vec<u8>>>,
    /// How many may be on their way.
    pub window: usize,
}

/// The server of one run. Its thread ends with the process, waiting for nobody.
pub struct Server {
    go: Arc<Notify>,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

impl Server {
    /// Starts a server. The receiver is told when all events are acknowledged.
    ///
    /// # Errors
    /// There is no port.
    pub fn start(work: Work) -> Result<(Self, SocketAddr, oneshot::Receiver<()>)> {
        let go = Arc::new(Notify::new());
        let (done, all_done) = oneshot::channel();
        let (address, bound) = std::sync::mpsc::channel();
        let waits = Arc::clone(&go);
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(serve_one(work, &waits, done, &address))
        });
        Ok((Self { go }, bound.recv()?, all_done))
    }

    /// Begins to push.
    pub fn go(&self) {
        self.go.notify_one();
    }

    /// The upgrade by hand.
    ///
    /// # Errors
    /// The connection broke.
    pub fn open_by_hand(&self, mut stream: StdStream) -> io::Result<StdStream> {
        stream.set_nodelay(true)?;
        stream.write_all(b"GET /ws HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n")?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        Ok(stream)
    }

    /// A server of idle connections in a process of its own: this program with `--serve`.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn child() -> Result<(Kept, String)> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = Kept::start(command.arg("--serve").stdout(Stdio::piped()))?;
        let address = child.first_line()?;
        Ok((child, address))
    }
}

/// Serves idle connections for ever, and tells the address first.
///
/// # Errors
/// There is no port.
pub fn serve(tell: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tell(address);
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(async move {
                let Ok(Some(mut socket)) = open(stream, address).await else { return };
                while let Some(Ok(message)) = next(&mut socket).await {
                    if pong(&mut socket, &message).await.is_err() {
                        return;
                    }
                }
            });
        }
    })
}

async fn serve_one(
    work: Work,
    go: &Notify,
    done: oneshot::Sender<()>,
    tell: &std::sync::mpsc::Sender<SocketAddr>,
) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    _ = tell.send(address);
    let mut socket = loop {
        let (stream, _) = listener.accept().await?;
        if let Some(socket) = open(stream, address).await? {
            break socket;
        }
    };
    loop {
        tokio::select! {
            () = go.notified() => break,
            message = next(&mut socket) => match message {
                Some(Ok(message)) => pong(&mut socket, &message).await?,
                _ => return Ok(()),
            }
        }
    }
    let (mut sent, mut acknowledged) = (0, 0);
    while acknowledged < work.frames.len() {
        while sent < work.frames.len() && sent - acknowledged < work.window {
            queue(&mut socket, work.frames[sent].clone())?;
            sent += 1;
        }
        poll_fn(|cx| Pin::new(&mut socket).poll_flush(cx)).await.map_err(io::Error::other)?;
        match next(&mut socket).await {
            Some(Ok(message)) if message.is_binary() => acknowledged += 1,
            Some(Ok(_)) => {}
            _ => return Ok(()),
        }
    }
    _ = done.send(());
    // Until the client has closed.
    while let Some(Ok(_)) = next(&mut socket).await {}
    Ok(())
}

type Socket = WebSocketStream<TcpStream>;

/// Answers a discovery; returns the WebSocket of an upgrade.
async fn open(stream: TcpStream, address: SocketAddr) -> io::Result<Option<Socket>> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::with_capacity(1024, stream);
    let (mut line, mut length, mut key) = (String::new(), 0, String::new());
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let is_upgrade = line.starts_with("GET");
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).await?;
        if let Some((name, value)) = line.trim().split_once(": ") {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(io::Error::other)?,
                "sec-websocket-key" => key = value.to_owned(),
                _ => {}
            }
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    if is_upgrade {
        let key = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = BASE64_STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes()));
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        return Ok(Some(ServerBuilder::new().serve(stream.into_inner())));
    }
    let url = format!("ws://{address}/ws?device_id=7&service_id=33554678");
    let body = format!(r#"{{"code":0,"msg":"","data":{{"URL":"{url}"}}}}"#);
    let length = body.len();
    // The next connection is accepted when this one has ended.
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + &body).as_bytes()).await?;
    Ok(None)
}

async fn next(
    socket: &mut Socket,
) -> Option<std::result::Result<Message, tokio_websockets::Error>> {
    poll_fn(|cx| Pin::new(&mut *socket).poll_next(cx)).await
}

fn queue(socket: &mut Socket, frame: Vec<u8>) -> io::Result<()> {
    Pin::new(socket).start_send(Message::binary(frame)).map_err(io::Error::other)
}

/// Answers a ping.
async fn pong(socket: &mut Socket, message: &Message) -> io::Result<()> {
    if !message.is_binary() {
        return Ok(());
    }
    let frame = Frame::decode(message.as_payload()).map_err(io::Error::other)?;
    let headers = vec![Header { key: "type", value: "pong" }];
    let pong =
        Frame { service: frame.service, method: METHOD_CONTROL, headers, ..Frame::default() };
    queue(socket, pong.encode())?;
    poll_fn(|cx| Pin::new(&mut *socket).poll_flush(cx)).await.map_err(io::Error::other)
}
