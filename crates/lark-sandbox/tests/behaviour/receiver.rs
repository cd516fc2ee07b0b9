//! An app's receiver of pushes, in the plainest form: it keeps what comes and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use ring::digest::{Algorithm, SHA256, digest};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) const KEY: &str = "kudryavka";
pub(crate) const TOKEN: &str = "v-token";

/// A push as it came.
#[derive(Clone)]
pub(crate) struct Pushed {
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    /// The body, decrypted if it was encrypted. Null if it is no JSON.
    pub(crate) body: Value,
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Whether the signature is right under this algorithm and secret.
    pub(crate) fn is_signed(&self, algorithm: &'static Algorithm, secret: &str) -> bool {
        let (timestamp, nonce) =
            (self.header("x-lark-request-timestamp"), self.header("x-lark-request-nonce"));
        let mut text = format!("{timestamp}{nonce}{secret}").into_bytes();
        text.extend_from_slice(&self.raw);
        let hash = digest(algorithm, &text);
        let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.header("x-lark-signature") == hex
    }
}

/// What to answer; None: never.
type ApiResponse = Option<(u16, Value)>;
type Answerer = dyn Fn(&Pushed) -> ApiResponse + Send + Sync;

struct Shared {
    pushed: Mutex<Vec<Pushed>>,
    answerer: Mutex<Arc<Answerer>>,
}

pub(crate) struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    /// One that echoes challenges and answers 200 to everything else.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let answerer: Arc<Answerer> = Arc::new(|_: &Pushed| Some((200, json!({}))));
        let shared = Shared { pushed: Mutex::default(), answerer: Mutex::new(answerer) };
        let shared = Arc::new(shared);
        tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// Answers everything but challenges like this from now on.
    pub(crate) fn answer(&self, answer: impl Fn(&Pushed) -> ApiResponse + Send + Sync + 'static) {
        *self.shared.answerer.lock().expect("no panic") = Arc::new(answer);
    }

    /// What has come, without challenges.
    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        let all = self.shared.pushed.lock().expect("no panic");
        all.iter().filter(|push| push.body["type"] != "url_verification").cloned().collect()
    }

    pub(crate) fn last(&self) -> Pushed {
        self.pushed().pop().expect("a push")
    }

    pub(crate) fn challenges(&self) -> Vec<Pushed> {
        let all = self.shared.pushed.lock().expect("no panic");
        all.iter().filter(|push| push.body["type"] == "url_verification").cloned().collect()
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(Arc::clone(&shared), request));
            let http = hyper::server::conn::http1::Builder::new();
            // An error is a sandbox that did not wait for the answer.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> hyper::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let raw = body.collect().await?.to_bytes();
    let pushed = Pushed { headers: parts.headers, body: open(&raw), raw };
    shared.pushed.lock().expect("no panic").push(pushed.clone());
    let answerer = Arc::clone(&shared.answerer.lock().expect("no panic"));
    let answer = match pushed.body["type"].as_str() {
        Some("url_verification") => match answerer(&pushed) {
            Some((200, _)) => Some((200, json!({ "challenge": pushed.body["challenge"] }))),
            other => other,
        },
        _ => answerer(&pushed),
    };
    let Some((status, body)) = answer else { return std::future::pending().await };
    let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    Ok(response)
}

fn open(raw: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(raw).unwrap_or_default();
    let Some(sealed) = body["encrypt"].as_str() else { return body };
    let plain = decrypt(sealed).unwrap_or_default();
    serde_json::from_slice(&plain).unwrap_or_default()
}

/// None for what is not encrypted with [`KEY`].
fn decrypt(text: &str) -> Option<Vec<u8>> {
    let sealed = STANDARD.decode(text).ok()?;
    let (iv, blocks) = sealed.split_at_checked(16)?;
    let key: [u8; 32] = digest(&SHA256, KEY.as_bytes()).as_ref().try_into().ok()?;
    let iv: [u8; 16] = iv.try_into().ok()?;
    let mut blocks = blocks.to_vec();
    let cipher = cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into());
    cipher.decrypt_padded::<Pkcs7>(&mut blocks).ok().map(<[u8]>::to_vec)
}
