//! Files by the SDK.

use std::path::Path;
use std::time::Duration;

use lark_core::{Client, Download, FilePart};

use super::Failure;

/// Sends a file, and nothing beside it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Put {
    file: Option<FilePart>,
}
lark_core::operation! { Put => ();
    "bench.v1.file.create" POST "/open-apis/bench/v1/files" multipart [Tenant];
    body file! as file: copy FilePart,
}

/// Answers with a file of so many bytes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Get {
    length: Option<i64>,
}
lark_core::operation! { Get => Download;
    "bench.v1.file.get" GET "/open-apis/bench/v1/files" [Tenant];
    query length!: copy i64,
}

/// A client with its token.
///
/// # Errors
/// The server does not answer.
pub async fn client(url: &str) -> Result<Client, Failure> {
    let client = Client::builder("cli_bench", "secret").base_url(url).build()?;
    down_to_nowhere(&client).await?;
    Ok(client.with_timeout(Duration::from_secs(3600)))
}

/// Makes connections and has all code in memory, before anything counts.
async fn down_to_nowhere(client: &Client) -> Result<(), Failure> {
    client.send(Get { length: Some(1) }).await?.bytes(1).await?;
    Ok(())
}

/// Sends the file at `path` and gives what the server makes of it.
///
/// # Errors
/// It did not arrive.
pub async fn up(client: &Client, path: &Path, is_checked: bool) -> Result<String, Failure> {
    let client = client.with_header("x-check", if is_checked { "1" } else { "0" })?;
    let answer = client.send_raw(Put { file: Some(FilePart::path(path)) }).await?;
    Ok(answer.data()?["hash"].as_str().unwrap_or_default().to_owned())
}

/// Receives a file of `length` bytes into `path`.
///
/// # Errors
/// It did not arrive.
pub async fn down(client: &Client, path: &Path, length: u64) -> Result<(), Failure> {
    let get = Get { length: Some(i64::try_from(length)?) };
    client.send(get).await?.save_to(path).await?;
    Ok(())
}
