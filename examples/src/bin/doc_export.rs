//! Writes documents to a folder as Markdown, with their images. The second run touches only what changed.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_DOCUMENTS (ids with commas between them), which the app may read,
//! and LARK_OUT, the folder.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lark_core::Client;
use lark_docx::{document, v1};
use lark_examples::{Platform, println, setting, start};
use lark_sandbox::Sandbox;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("doc_export.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let ids = setting("LARK_DOCUMENTS", Sandbox::EVERY_KIND_OF_BLOCK, "ids of documents")?;
    let folder = std::env::temp_dir().join("lark-doc-export");
    let folder = std::env::var_os("LARK_OUT").map_or(folder, PathBuf::from);
    fs::create_dir_all(&folder)?;
    for id in ids.split(',').map(str::trim) {
        export(&platform.client, id, &folder).await?;
    }
    Ok(())
}

async fn export(client: &Client, id: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join(format!("{id}.md"));
    let known = fs::read_to_string(&path).unwrap_or_default();
    let head = client.send(v1::document::get(id)).await?;
    let revision = head.document()?.revision_id()?;
    if known.starts_with(&format!("<!-- revision {revision} -->")) {
        println!("{} has not changed", path.display());
        return Ok(());
    }
    let images = folder.join("media");
    let exported =
        document::to_markdown(client, id).images_to(images, "media").with_title().await?;
    let text = format!("<!-- revision {} -->\n\n{}", exported.revision, exported.markdown);
    fs::write(&path, text)?;
    println!("{}: {} blocks of {:?}", path.display(), exported.blocks, exported.title);
    for (token, reason) in exported.missing_images {
        println!("image {token} is missing: {reason}");
    }
    Ok(())
}
