//! Uploads a file of any size to Drive, with a progress bar: `upload PATH`.
//!
//! On the real platform set LARK_APP_ID, LARK_APP_SECRET and LARK_FOLDER_TOKEN, a folder that the app may
//! write to. Without a path the program makes a file of 24 MB, which is sent in parts.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lark_core::Client;
use lark_drive::upload::{self, UploadError};
use lark_examples::{Platform, println, progress_bar, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("upload.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let meaning = "the token of a folder of Drive that the app may write to (fldcn...)";
    let folder = setting("LARK_FOLDER_TOKEN", "fldcnexample", meaning)?;
    let token = match env::args_os().nth(1) {
        Some(path) => upload(&platform.client, &folder, Path::new(&path)).await?,
        None => {
            let path = sample()?;
            let uploaded = upload(&platform.client, &folder, &path).await;
            std::fs::remove_file(path)?;
            uploaded?
        }
    };
    println!("uploaded as {token}; to download it: download {token} PATH");
    Ok(())
}

async fn upload(client: &Client, folder: &str, path: &Path) -> Result<String, UploadError> {
    let bar = progress_bar(&path.display().to_string());
    let watching = bar.clone();
    let upload = upload::file(client, path).folder(folder).on_progress(move |sent, total| {
        watching.set_length(total);
        watching.set_position(sent);
    });
    let uploaded = upload.send().await;
    bar.finish();
    Ok(uploaded?.file_token)
}

/// A file in the temporary directory.
fn sample() -> std::io::Result<PathBuf> {
    let path = env::temp_dir().join(format!("合同 v2 {}.txt", std::process::id()));
    std::fs::write(&path, "a line of a file that nobody needs\n".repeat(720_000))?;
    println!("no path given, uploading {}", path.display());
    Ok(path)
}
