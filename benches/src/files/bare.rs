//! Files by hand: reqwest and tokio's files, with pieces as large as the SDK's.

use std::path::Path;

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Client};
use serde_json::Value;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::Failure;
use crate::bare::http;

const TOKEN: &str = "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234";
/// tokio-util reads 4 KiB at a time unless told, which would be no match.
const PIECE: usize = 256 * 1024;

/// A client without an overall timeout.
///
/// # Errors
/// The server does not answer.
pub async fn client(url: &str) -> Result<Client, Failure> {
    let client = http(None)?;
    let url = format!("{url}/open-apis/bench/v1/files?length=1");
    client.get(url).bearer_auth(TOKEN).send().await?.bytes().await?;
    Ok(client)
}

/// As [`sdk::up`](super::sdk::up).
///
/// # Errors
/// It did not arrive.
pub async fn up(
    client: &Client,
    url: &str,
    path: &Path,
    is_checked: bool,
) -> Result<String, Failure> {
    let file = File::open(path).await?;
    let length = file.metadata().await?.len();
    let body = Body::wrap_stream(ReaderStream::with_capacity(file, PIECE));
    let part = Part::stream_with_length(body, length).file_name("a.bin");
    let part = part.mime_str("application/octet-stream")?;
    let request = client.post(format!("{url}/open-apis/bench/v1/files")).bearer_auth(TOKEN);
    let request = request.header("x-check", if is_checked { "1" } else { "0" });
    let answer = request.multipart(Form::new().part("file", part)).send().await?;
    let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
    Ok(answer["data"]["hash"].as_str().unwrap_or_default().to_owned())
}

/// As [`sdk::down`](super::sdk::down).
///
/// # Errors
/// It did not arrive.
pub async fn down(client: &Client, url: &str, path: &Path, length: u64) -> Result<(), Failure> {
    let url = format!("{url}/open-apis/bench/v1/files?length={length}");
    let mut answer = client.get(url).bearer_auth(TOKEN).send().await?.error_for_status()?;
    let mut file = File::create(path).await?;
    while let Some(piece) = answer.chunk().await? {
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok(())
}
