//! Drive by the SDK.

use std::path::Path;
use std::time::Duration;

use lark_core::Client;
use lark_drive::upload::{self, Source};
use lark_drive::v1::file;

use super::{APP, PARALLEL, SECRET};
use crate::files::Failure;

/// A client with its token, connections, and all code in memory, before anything counts.
///
/// # Errors
/// The sandbox does not answer.
pub async fn client(url: &str) -> Result<Client, Failure> {
    let client = Client::builder(APP, SECRET).base_url(url).build()?;
    let client = client.with_timeout(Duration::from_secs(3600));
    let small = upload::file(&client, Source::bytes("small", "x")).folder("fldcn1");
    let token = small.send().await?.file_token;
    client.send(file::download(token)).await?.bytes(1).await?;
    Ok(client)
}

/// Uploads the file at `path`, in parts; its token.
///
/// # Errors
/// It did not arrive.
pub async fn up(client: &Client, path: &Path) -> Result<String, Failure> {
    let upload = upload::file(client, path).folder("fldcn1").concurrency(PARALLEL);
    Ok(upload.send().await?.file_token)
}

/// Downloads the file to `path`.
///
/// # Errors
/// It did not arrive.
pub async fn down(client: &Client, token: &str, path: &Path) -> Result<(), Failure> {
    client.send(file::download(token)).await?.save_to(path).await?;
    Ok(())
}
