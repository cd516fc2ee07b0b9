//! A small HTTP server that keeps what it is sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = r#"{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}"#;

/// A request, with the names of its headers in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether all of the body came.
    pub(crate) is_whole: bool,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn is_for_token(&self) -> bool {
        self.line.contains("/tenant_access_token/")
    }

    /// The first byte that is asked for.
    pub(crate) fn range(&self) -> Option<usize> {
        let range = self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?;
        range.parse().ok()
    }
}

/// An answer, and how much of its body is sent before the connection breaks.
#[derive(Clone, Default)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
    cut: Option<usize>,
    /// Instead of an end.
    hangs: bool,
    /// Without a length.
    is_chunked: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new(200, body).header("content-type", "application/json; charset=utf-8")
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends the body as a chunk, without its length.
    pub(crate) fn chunked(mut self) -> Self {
        self.is_chunked = true;
        self
    }

    /// Breaks off after so many bytes of the body.
    pub(crate) fn cut(mut self, after: usize) -> Self {
        self.cut = Some(after);
        self
    }

    /// Sends so many bytes of the body, and nothing more ever.
    pub(crate) fn hang(mut self, after: usize) -> Self {
        self.hangs = true;
        self.cut(after)
    }

    async fn send(&self, stream: &mut BufReader<TcpStream>) -> std::io::Result<()> {
        let mut head = format!("HTTP/1.1 {} X\r\n", self.status).into_bytes();
        let length = match self.is_chunked {
            true => ("transfer-encoding", b"chunked".to_vec()),
            false => ("content-length", self.body.len().to_string().into_bytes()),
        };
        for (name, value) in self.headers.iter().chain([&length]) {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        if self.is_chunked {
            head.extend(format!("{:x}\r\n", self.body.len()).into_bytes());
        }
        stream.write_all(&head).await?;
        stream.write_all(&self.body[..self.cut.unwrap_or(self.body.len())]).await?;
        if self.is_chunked && self.cut.is_none() {
            stream.write_all(b"\r\n0\r\n\r\n").await?;
        }
        stream.flush().await?;
        if self.hangs {
            return std::future::pending().await;
        }
        if self.cut.is_some() {
            stream.shutdown().await?;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

type Answer = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

pub(crate) struct Server {
    url: String,
    seen: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// `answer` gets each request that is not for a token, with its number from 0 on.
    pub(crate) async fn start(
        answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let seen = Arc::<Mutex<Vec<Asked>>>::default();
        let server = Self { url, seen: Arc::clone(&seen) };
        let answer: Arc<Answer> = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move { _ = serve(stream, &seen, &*answer).await });
            }
        });
        server
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// All requests, for tokens too.
    pub(crate) fn all(&self) -> Vec<Asked> {
        self.seen.lock().expect("no panic").clone()
    }

    /// The requests that were not for tokens.
    pub(crate) fn calls(&self) -> Vec<Asked> {
        self.all().into_iter().filter(|asked| !asked.is_for_token()).collect()
    }
}

async fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<Asked>>,
    answer: &Answer,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(mut asked) = head(&mut stream).await? {
        let read = body(&mut stream, &mut asked).await;
        asked.is_whole = read.is_ok();
        let number = {
            let mut seen = seen.lock().expect("no panic");
            let number = seen.iter().filter(|it| !it.is_for_token()).count();
            seen.push(asked.clone());
            number
        };
        read?;
        let reply = match asked.is_for_token() {
            true => Reply::json(TOKEN),
            false => answer(&asked, number),
        };
        reply.send(&mut stream).await?;
    }
    Ok(())
}

async fn head(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Asked>> {
    let mut asked = Asked::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        match line.split_once(": ") {
            _ if line.is_empty() => return Ok(Some(asked)),
            _ if asked.line.is_empty() => line.clone_into(&mut asked.line),
            Some((name, value)) => {
                asked.headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            None => {}
        }
    }
}

async fn body(stream: &mut BufReader<TcpStream>, asked: &mut Asked) -> std::io::Result<()> {
    if asked.header("transfer-encoding") != Some("chunked") {
        let length: u64 =
            asked.header("content-length").map_or(0, |it| it.parse().expect("a number"));
        let read = stream.take(length).read_to_end(&mut asked.body).await?;
        return match read as u64 == length {
            true => Ok(()),
            false => Err(std::io::ErrorKind::UnexpectedEof.into()),
        };
    }
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let length = usize::from_str_radix(line.trim(), 16);
        let length = length.map_err(|_| std::io::ErrorKind::UnexpectedEof)?;
        let mut piece = vec![0; length + 2];
        stream.read_exact(&mut piece).await?;
        asked.body.extend(&piece[..length]);
        if length == 0 {
            return Ok(());
        }
    }
}
