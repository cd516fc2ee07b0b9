//! The platform, as far as `send`, `pages`, `startup` and `allocations` need it, in a process of its own:
//! HTTP/1.1 with keep-alive, the token endpoint, `im.v1.message.create` and `contact.v3.user.list`.
//! Prints its address and serves until it is killed. `--tls PATH` has it write its certificate there.

#![allow(clippy::print_stdout, reason = "the address is what the parent waits for")]

use std::sync::Arc;
use std::{env, fs, io};

use lark_benches::{Failure, page};
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const TOKEN: &str = r#"{"code":0,"expire":7140,"msg":"ok","tenant_access_token":"t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234"}"#;
const MESSAGE: &str = r#"{"code":0,"data":{"body":{"content":"{\"text\":\"构建 42 已通过 build 42 passed\"}"},"chat_id":"oc_5ad11d72b830411d72b836c20","create_time":"1615380573411","deleted":false,"message_id":"om_dc13264520392913993dd051dba21dcf","msg_type":"text","sender":{"id":"cli_9f427eec54ae901b","id_type":"app_id","sender_type":"app","tenant_key":"736588c9260f175e"},"update_time":"1615380573411","updated":false},"msg":"success"}"#;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let tls = env::args().skip_while(|arg| arg != "--tls").nth(1);
    let tls = tls.map(|path| acceptor(&path)).transpose()?;
    let answers = Arc::new(Answers::new());
    let scheme = if tls.is_some() { "https" } else { "http" };
    println!("{scheme}://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (tls, answers) = (tls.clone(), Arc::clone(&answers));
        // A connection that breaks is the client's to report.
        tokio::spawn(async move {
            match tls {
                None => _ = serve(stream, &answers).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        _ = serve(stream, &answers).await;
                    }
                }
            }
        });
    }
}

/// With a new certificate, which is written to `path`.
fn acceptor(path: &str) -> Result<TlsAcceptor, Failure> {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    fs::write(path, cert.pem())?;
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    Ok(Arc::new(config).into())
}

/// The whole responses, by what is asked.
struct Answers {
    token: Vec<u8>,
    message: Vec<u8>,
    pages: Vec<Vec<u8>>,
}

impl Answers {
    fn new() -> Self {
        let page = |number| answer(&page::users_of(number, page::PAGES));
        let pages = (0..page::PAGES).map(page).collect();
        Self { token: answer(TOKEN), message: answer(MESSAGE), pages }
    }

    fn to(&self, line: &str) -> &[u8] {
        if line.contains("/auth/v3/") {
            return &self.token;
        }
        if !line.contains("/contact/v3/users") {
            return &self.message;
        }
        let token = line.split_once("page_token=").map_or("0", |(_, rest)| rest);
        let number = token.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        number.parse().ok().and_then(|it: usize| self.pages.get(it)).map_or(&[], |it| it)
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answers: &Answers,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(8192);
    loop {
        while let Some((line, length)) = request(&buffer) {
            buffer.drain(..length);
            stream.write_all(answers.to(&line)).await?;
            stream.flush().await?;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// The first line of the first request in the buffer, in small letters, and the length of that
/// request; `None` if not all of it is there.
fn request(buffer: &[u8]) -> Option<(String, usize)> {
    let end = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let line = head.lines().next().unwrap_or_default().to_owned();
    (buffer.len() >= end + length).then_some((line, end + length))
}

/// With the headers that the platform's gateway sends.
fn answer(body: &str) -> Vec<u8> {
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
    .into_bytes()
}
