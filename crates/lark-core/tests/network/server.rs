//! A small HTTP server that notes what it is asked.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A request, with the names of its headers in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_for_token(&self) -> bool {
        self.line.contains("/tenant_access_token/")
    }
}

/// What becomes of a request that is not for a token.
pub(crate) enum Answer {
    /// Success.
    Ok,
    /// These bytes, and the connection ends.
    Raw(String),
    /// These bytes, and then nothing.
    Hang(&'static str),
}

const SUCCESS: &str =
    r#"{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200,"data":{}}"#;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) async fn plain(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(None, answer).await
    }

    pub(crate) async fn tls(acceptor: TlsAcceptor) -> Self {
        Self::start(Some(acceptor), |_| Answer::Ok).await
    }

    async fn start(
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let server = Self {
            address: listener.local_addr().expect("bound"),
            connections: Arc::default(),
            seen: Arc::default(),
        };
        let (connections, seen) = (Arc::clone(&server.connections), Arc::clone(&server.seen));
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let (tls, seen, answer) = (tls.clone(), Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    match tls {
                        None => _ = serve(stream, &seen, &*answer).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                _ = serve(stream, &seen, &*answer).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub(crate) fn http(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn https(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().expect("no panic").clone()
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = read(&mut stream).await? {
        let token = asked.is_for_token();
        let what = answer(&asked);
        seen.lock().expect("no panic").push(asked);
        match what {
            Answer::Raw(text) if !token || text.starts_with("HTTP/1.1 3") => {
                stream.write_all(text.as_bytes()).await?;
                return stream.shutdown().await;
            }
            Answer::Hang(text) if !token => {
                stream.write_all(text.as_bytes()).await?;
                stream.flush().await?;
                return std::future::pending().await;
            }
            _ => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", SUCCESS.len());
                stream.write_all((head + SUCCESS).as_bytes()).await?;
                stream.flush().await?;
            }
        }
    }
    Ok(())
}

/// The next request; `None` at the end of the connection.
pub(crate) async fn read<S>(stream: &mut BufReader<S>) -> std::io::Result<Option<Asked>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let pair = |line: &String| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    };
    let headers = lines[1..].iter().filter_map(pair).collect();
    let asked = Asked { line: lines[0].clone(), headers };
    let length = asked.header("content-length").map_or(0, |it| it.parse().expect("a number"));
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(Some(asked))
}
