//! Drive by hand: reqwest, each part in memory, its checksum, and as many parts at once as the SDK
//! sends.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::CONTENT_TYPE;
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::task::JoinSet;

use super::{APP, PARALLEL, SECRET};
use crate::bare::http;
use crate::files::Failure;

/// A client and its token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

/// An upload in parts.
struct Upload {
    client: Client,
    path: PathBuf,
    id: String,
    size: u64,
    block: u64,
    next: AtomicU64,
}

/// As [`sdk::client`](super::sdk::client).
///
/// # Errors
/// The sandbox does not answer.
pub async fn client(url: &str) -> Result<Client, Failure> {
    let http = http(None)?;
    let app = json!({ "app_id": APP, "app_secret": SECRET });
    let url = format!("{url}/open-apis");
    let answer = http.post(format!("{url}/auth/v3/tenant_access_token/internal"));
    let answer = json_body(answer, &app).send().await?.bytes().await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let token = answer["tenant_access_token"].as_str().ok_or("no token")?.to_owned();
    let client = Client { http, url, token };
    let form = Form::new().text("file_name", "small").text("size", "1");
    let form = form.text("parent_type", "explorer").text("parent_node", "fldcn1");
    let form = form.part("file", Part::bytes(b"x".as_slice()).file_name("small"));
    let small = data(client.post("upload_all").multipart(form)).await?;
    let token = small["file_token"].as_str().unwrap_or_default();
    client.get(token).await?.bytes().await?;
    Ok(client)
}

/// As [`sdk::up`](super::sdk::up).
///
/// # Errors
/// It did not arrive.
pub async fn up(client: &Client, path: &Path) -> Result<String, Failure> {
    let size = tokio::fs::metadata(path).await?.len();
    let file = json!({ "file_name": "a.bin", "parent_type": "explorer", "parent_node": "fldcn1", "size": size });
    let prepared = data(json_body(client.post("upload_prepare"), &file)).await?;
    let id = prepared["upload_id"].as_str().unwrap_or_default().to_owned();
    let block = prepared["block_size"].as_u64().ok_or("no block size")?;
    let (client, path) = (client.clone(), path.to_owned());
    let upload = Arc::new(Upload { client, path, id, size, block, next: AtomicU64::new(0) });
    let mut tasks = JoinSet::new();
    for _ in 0..PARALLEL {
        tasks.spawn(Arc::clone(&upload).parts());
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let end = json!({ "upload_id": upload.id, "block_num": size.div_ceil(block) });
    let done = data(json_body(upload.client.post("upload_finish"), &end)).await?;
    Ok(done["file_token"].as_str().unwrap_or_default().to_owned())
}

impl Upload {
    async fn parts(self: Arc<Self>) -> Result<(), Failure> {
        let mut file = File::open(&self.path).await?;
        loop {
            let seq = self.next.fetch_add(1, Ordering::Relaxed);
            let start = seq * self.block;
            if start >= self.size {
                return Ok(());
            }
            let length = self.block.min(self.size - start);
            let mut bytes = vec![0; usize::try_from(length)?];
            file.seek(std::io::SeekFrom::Start(start)).await?;
            file.read_exact(&mut bytes).await?;
            let sum = adler2::adler32_slice(&bytes);
            let form = Form::new().text("upload_id", self.id.clone()).text("seq", seq.to_string());
            let form = form.text("size", length.to_string()).text("checksum", sum.to_string());
            let form = form.part("file", Part::bytes(bytes).file_name("part"));
            data(self.client.post("upload_part").multipart(form)).await?;
        }
    }
}

/// As [`sdk::down`](super::sdk::down).
///
/// # Errors
/// It did not arrive.
pub async fn down(client: &Client, token: &str, path: &Path) -> Result<(), Failure> {
    let mut answer = client.get(token).await?;
    let mut file = File::create(path).await?;
    while let Some(piece) = answer.chunk().await? {
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok(())
}

impl Client {
    fn post(&self, method: &str) -> RequestBuilder {
        self.http.post(format!("{}/drive/v1/files/{method}", self.url)).bearer_auth(&self.token)
    }

    async fn get(&self, token: &str) -> reqwest::Result<Response> {
        let url = format!("{}/drive/v1/files/{token}/download", self.url);
        self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()
    }
}

fn json_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body.to_string())
}

/// What the platform answers, if it is content.
async fn data(request: RequestBuilder) -> Result<Value, Failure> {
    let answer: Value = serde_json::from_slice(&request.send().await?.bytes().await?)?;
    match answer["code"].as_i64() {
        Some(0) => Ok(answer["data"].clone()),
        _ => Err(answer.to_string().into()),
    }
}
