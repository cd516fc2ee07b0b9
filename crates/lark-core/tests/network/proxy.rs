//! Proxies that lead to one server, whatever is asked of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, copy_bidirectional,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server::{Asked, read};

/// What a client asked of a SOCKS proxy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wish {
    /// A name, or an address in bytes.
    pub(crate) host: Result<String, [u8; 4]>,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
}

/// A proxy with an entry in `seen` for each of its connections.
pub(crate) struct Proxy<T> {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<T>>>,
}

impl<T: Clone> Proxy<T> {
    pub(crate) fn seen(&self) -> Vec<T> {
        self.seen.lock().expect("no panic").clone()
    }
}

/// Tunnels by `CONNECT`, after a TLS handshake if there is an acceptor.
pub(crate) async fn tunnel(tls: Option<TlsAcceptor>, server: SocketAddr) -> Proxy<Asked> {
    start(move |stream, seen| {
        let tls = tls.clone();
        async move {
            match tls {
                None => connect(stream, server, &seen).await,
                Some(tls) => connect(tls.accept(stream).await?, server, &seen).await,
            }
        }
    })
    .await
}

/// SOCKS 5 with a user name and a password (RFC 1928, RFC 1929).
pub(crate) async fn socks5(server: SocketAddr) -> Proxy<Wish> {
    start(move |stream, seen| socks(stream, server, seen)).await
}

/// SOCKS 4, and 4a if the name is asked for.
pub(crate) async fn socks4(server: SocketAddr) -> Proxy<Wish> {
    start(move |mut stream, seen: Arc<Mutex<Vec<Wish>>>| async move {
        let [_version, _command] = take(&mut stream).await?;
        let port = u16::from_be_bytes(take(&mut stream).await?);
        let address = take(&mut stream).await?;
        let user = until_zero(&mut stream).await?;
        let host = match address {
            [0, 0, 0, _] => Ok(until_zero(&mut stream).await?),
            address => Err(address),
        };
        seen.lock().expect("no panic").push(Wish { host, port, user, password: String::new() });
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0]).await?;
        copy_bidirectional(&mut stream, &mut TcpStream::connect(server).await?).await?;
        Ok(())
    })
    .await
}

/// Reads what it is asked; then says nothing, or closes the connection.
pub(crate) async fn dying(silent: bool) -> Proxy<Asked> {
    start(move |stream, seen: Arc<Mutex<Vec<Asked>>>| async move {
        let mut stream = BufReader::new(stream);
        if let Some(asked) = read(&mut stream).await? {
            seen.lock().expect("no panic").push(asked);
        }
        if silent {
            return std::future::pending().await;
        }
        Ok(())
    })
    .await
}

async fn start<T, F>(
    serve: impl Fn(TcpStream, Arc<Mutex<Vec<T>>>) -> F + Send + 'static,
) -> Proxy<T>
where
    T: Send + 'static,
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let seen = Arc::default();
    let proxy = Proxy { address, seen: Arc::clone(&seen) };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&seen)));
        }
    });
    proxy
}

async fn connect(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    server: SocketAddr,
    seen: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(asked) = read(&mut stream).await? else { return Ok(()) };
    let rejected = asked.header("proxy-authorization").is_none();
    seen.lock().expect("no panic").push(asked);
    if rejected {
        stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await?;
        return stream.shutdown().await;
    }
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    stream.flush().await?;
    copy_bidirectional(&mut stream, &mut TcpStream::connect(server).await?).await?;
    Ok(())
}

async fn socks(
    mut stream: TcpStream,
    server: SocketAddr,
    seen: Arc<Mutex<Vec<Wish>>>,
) -> std::io::Result<()> {
    let [_version, methods] = take(&mut stream).await?;
    text(&mut stream, methods).await?;
    stream.write_all(&[5, 2]).await?;
    let [_version, length] = take(&mut stream).await?;
    let user = text(&mut stream, length).await?;
    let [length] = take(&mut stream).await?;
    let password = text(&mut stream, length).await?;
    stream.write_all(&[1, 0]).await?;
    let [_version, _command, _reserved, kind] = take(&mut stream).await?;
    let host = match kind {
        1 => Err(take(&mut stream).await?),
        _ => {
            let [length] = take(&mut stream).await?;
            Ok(text(&mut stream, length).await?)
        }
    };
    let port = u16::from_be_bytes(take(&mut stream).await?);
    seen.lock().expect("no panic").push(Wish { host, port, user, password });
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut TcpStream::connect(server).await?).await?;
    Ok(())
}

async fn take<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn text(stream: &mut TcpStream, length: u8) -> std::io::Result<String> {
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn until_zero(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        match stream.read_u8().await? {
            0 => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            byte => bytes.push(byte),
        }
    }
}
