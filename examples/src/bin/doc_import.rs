//! Writes a folder of Markdown to a wiki space: a page for each file, in the tree of the folders. The second run changes
//! only what differs. Files of `doc_export` become the pages that they come from.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_SPACE (a number), where the app may edit, and
//! LARK_IN, the folder. Without a folder the program writes the guide of this project.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use lark_core::{Client, Result};
use lark_docx::document;
use lark_examples::{
    Pages, Platform, counter, markdown_files, pages, println, setting, start, token,
};
use lark_sandbox::Sandbox;
use lark_wiki::v2::{Node, space_node};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("doc_import.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let (client, bar) = (&platform.client, counter("files"));
    let space = setting("LARK_SPACE", Sandbox::WIKI_SPACE, "the id of a wiki space")?;
    let mut pages = pages(client, &space).await?;
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide");
    let folder = env::var_os("LARK_IN").map_or(guide, PathBuf::from);
    for (path, titles) in markdown_files(&folder)? {
        let page = page(client, &space, &mut pages, &titles).await?;
        let written = document::sync(client, page.obj_token()?, &fs::read_to_string(&path)?);
        let written = written.images_from(path.parent().unwrap_or(&folder)).await?;
        println!("{}: {} calls", titles.join(" / "), written.calls);
        written.losses.iter().for_each(|loss| println!("  {loss}"));
        bar.inc(1);
    }
    Ok(())
}

/// A page, which is created if it is not there, with those above it.
async fn page(client: &Client, space: &str, pages: &mut Pages, titles: &[String]) -> Result<Node> {
    if let Some(exported) = pages.get(&token(titles)) {
        return Ok(exported.clone());
    }
    let mut page = Node::default();
    for end in 1..=titles.len() {
        if !pages.contains_key(&titles[..end]) {
            let create = space_node::create(space).node_type("origin").obj_type("docx");
            let create = create.parent_node_token(page.node_token.unwrap_or_default());
            let created = client.send(create.title(&titles[end - 1])).await?;
            pages.insert(titles[..end].to_vec(), created.node()?.clone());
        }
        page = pages[&titles[..end]].clone();
    }
    Ok(page)
}
