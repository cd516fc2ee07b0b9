//! Uploads a file for messages, with a progress bar: `upload PATH`. Up to 30 MB.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET; with LARK_RECEIVE_ID, a chat (oc_...),
//! the file is sent there. Without a path the program makes a small file itself.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program to be watched")]

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::ProgressBar;
use lark_core::{Client, FilePart};
use lark_examples::{Platform, progress_bar};
use lark_im::content::File;
use lark_im::v1::{file, message};

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
    let key = match env::args_os().nth(1) {
        Some(path) => upload(&platform.client, Path::new(&path)).await?,
        None => {
            let path = sample()?;
            let uploaded = upload(&platform.client, &path).await;
            std::fs::remove_file(path)?;
            uploaded?
        }
    };
    println!("file_key {key}");
    if let Ok(chat) = env::var("LARK_RECEIVE_ID") {
        let message = message::create().receive_id_type("chat_id").receive_id(chat);
        let sent = platform.client.send(message.message(File::new(&key))).await?;
        println!("sent as  {}", sent.message_id);
        println!("get it   download {} {key}", sent.message_id);
    }
    Ok(())
}

async fn upload(client: &Client, path: &Path) -> lark_core::Result<String> {
    let part = FilePart::path(path);
    let bar = progress_bar(part.name());
    let uploaded = client.send(file::create().upload(watched(part, bar.clone()))).await;
    bar.finish();
    Ok(uploaded?.file_key.unwrap_or_default())
}

fn watched(part: FilePart, bar: ProgressBar) -> FilePart {
    part.on_progress(move |sent, total| {
        bar.set_length(total.unwrap_or(sent));
        bar.set_position(sent);
    })
}

/// A file of 3 MB in the directory for temporary files.
fn sample() -> std::io::Result<PathBuf> {
    let path = env::temp_dir().join(format!("合同 v2 {}.txt", std::process::id()));
    std::fs::write(&path, "a line of a file that nobody needs\n".repeat(90_000))?;
    println!("no path given, so it is {}", path.display());
    Ok(path)
}
