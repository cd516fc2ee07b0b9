//! Downloads a file from Drive, with a progress bar: `download TOKEN PATH`. If the path is a
//! directory, the file keeps its name in Drive.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET. The sandbox has no files at first, so
//! without arguments the program uploads a file and downloads it.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lark_core::Client;
use lark_drive::upload::{self, Source};
use lark_drive::v1::file;
use lark_examples::{Platform, println, progress_bar, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("download.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let args: Vec<_> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [token, path] => {
            let saved = download(&platform.client, token, Path::new(path)).await?;
            println!("saved as {}", saved.display());
            Ok(())
        }
        [] if platform.sandbox.is_some() => sample(&platform.client).await,
        _ => Err("usage: download TOKEN PATH".into()),
    }
}

async fn download(client: &Client, token: &str, path: &Path) -> lark_core::Result<PathBuf> {
    let file = client.send(file::download(token)).await?;
    let bar = progress_bar(&file.file_name().unwrap_or_default());
    let watching = bar.clone();
    let file = file.on_progress(move |got, total| {
        watching.set_length(total.unwrap_or(got));
        watching.set_position(got);
    });
    let saved = match path.is_dir() {
        true => file.save_into(path).await,
        false => file.save_to(path).await.map(|_| path.to_owned()),
    };
    bar.finish();
    saved
}

/// Uploads a file, and downloads it into a directory that is removed at the end.
async fn sample(client: &Client) -> Result<(), Box<dyn Error>> {
    let text = "a line of a file that nobody needs\n".repeat(90_000);
    let source = Source::bytes("合同 v2.txt", text);
    let token = upload::file(client, source).folder("fldcnexample").send().await?.file_token;
    println!("uploaded as {token}");
    let directory = env::temp_dir().join(format!("lark-download-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let saved = download(client, &token, &directory).await;
    fs::remove_dir_all(&directory)?;
    println!("saved as {}, and removed", saved?.display());
    Ok(())
}
