//! Writes a wiki space to a folder: its documents as Markdown, with their images. The second run touches what changed.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_SPACE (a number), whose member the app must be, and
//! LARK_OUT, the folder.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use lark_core::Client;
use lark_docx::document;
use lark_examples::{Platform, counter, file_name, is_document, println, setting, start};
use lark_sandbox::Sandbox;
use lark_wiki::tree::{self, Found};
use lark_wiki::v2::Node;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("doc_export.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let space = setting("LARK_SPACE", Sandbox::WIKI_SPACE, "the id of a wiki space")?;
    let folder = env::temp_dir().join("lark-doc-export");
    let folder = env::var_os("LARK_OUT").map_or(folder, PathBuf::from);
    let (bar, mut written) = (counter("nodes"), 0);
    let mut walk = tree::walk(&platform.client, space);
    while let Some(found) = walk.next().await {
        bar.inc(1);
        match found {
            // The document of a shortcut is elsewhere.
            Ok(Found { node, .. }) if !is_document(&node) => {}
            Ok(found) => written += usize::from(export(&platform.client, &found, &folder).await?),
            Err(error) => println!("{error}"),
        }
    }
    bar.finish_and_clear();
    println!("{} nodes, {written} documents written to {}", walk.nodes(), folder.display());
    Ok(())
}

/// Writes a document unless its file is of the same edit.
async fn export(client: &Client, found: &Found<Node>, out: &Path) -> Result<bool, Box<dyn Error>> {
    let (node, token) = (&found.node, found.node.node_token()?);
    let names = found.path.iter().map(|name| file_name(name));
    // Two pages may have the same name.
    let path = out.join(names.collect::<PathBuf>()).with_added_extension(format!("{token}.md"));
    let head = format!("<!-- {} of {} -->\n\n", node.obj_edit_time()?, node.obj_token()?);
    if fs::read_to_string(&path).is_ok_and(|text| text.starts_with(&head)) {
        return Ok(false);
    }
    fs::create_dir_all(path.parent().unwrap_or(out))?;
    let images = format!("{}media", "../".repeat(found.depth));
    let export = document::to_markdown(client, node.obj_token()?).preface(head);
    let saved = export.images_to(out.join("media"), images).save_to(path).await?;
    saved.missing_images.iter().for_each(|(image, why)| println!("image {image}: {why}"));
    Ok(true)
}
