//! Downloads a file of a message into the current directory, with a progress bar:
//! `download MESSAGE_ID FILE_KEY [image]`, or `download FILE_KEY` for one that this app uploaded.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET. Without arguments, on the sandbox, the
//! program uploads a small file first, and downloads it into the directory for temporary files.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program to be watched")]

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lark_core::{Client, Download, FilePart};
use lark_examples::{Platform, progress_bar};
use lark_im::v1::{file, message_resource};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let client = &platform.client;
    let args: Vec<_> = env::args().skip(1).collect();
    let here = Path::new(".");
    let path = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] if platform.sandbox.is_some() => sample(client).await?,
        [key] => save(client.send(file::get(key)).await?, here).await?,
        [message, key] => save(resource(client, message, key, "file").await?, here).await?,
        [message, key, kind] => save(resource(client, message, key, kind).await?, here).await?,
        _ => return Err("download MESSAGE_ID FILE_KEY [image], or download FILE_KEY".into()),
    };
    println!("saved as {}", path.display());
    Ok(())
}

async fn resource(
    client: &Client,
    message: &str,
    key: &str,
    kind: &str,
) -> lark_core::Result<Download> {
    client.send(message_resource::get(message, key).type_(kind)).await
}

/// Saves the file under the name that it was sent with, or a free one like it.
async fn save(file: Download, directory: &Path) -> lark_core::Result<PathBuf> {
    let name = file.file_name().unwrap_or_else(|| "unnamed".to_owned());
    let bar = progress_bar(&name);
    let watching = bar.clone();
    let file = file.on_progress(move |got, total| {
        watching.set_length(total.unwrap_or(got));
        watching.set_position(got);
    });
    let saved = file.save_into(directory).await;
    bar.finish();
    saved
}

/// Uploads a small file and downloads it again.
async fn sample(client: &Client) -> Result<PathBuf, Box<dyn Error>> {
    let text = "a line of a file that nobody needs\n".repeat(90_000);
    let part = FilePart::bytes("合同 v2.txt", text);
    let uploaded = client.send(file::create().upload(part)).await?;
    let key = uploaded.file_key.unwrap_or_default();
    println!("uploaded {key}");
    let directory = env::temp_dir().join(format!("lark-download-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    Ok(save(client.send(file::get(key)).await?, &directory).await?)
}
