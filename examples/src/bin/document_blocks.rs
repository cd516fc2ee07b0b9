//! Creates a document, writes a heading and two paragraphs into it, and reads its text.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_FOLDER (`fldcn...`), which the app may edit.

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_docx::block::{Block, RichText};
use lark_docx::v1::{document, document_block, document_block_children};
use lark_examples::{Platform, println, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("document_blocks.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let folder = setting("LARK_FOLDER", "fldcnexample", "the token of a folder")?;
    Ok(write(&platform.client, &folder).await?)
}

async fn write(client: &Client, folder: &str) -> lark_core::Result<()> {
    let create = document::create().folder_token(folder).title("Minutes");
    let created = client.send(create).await?;
    let id = created.document()?.document_id()?;
    println!("document {id}");

    // The root block has the id of the document.
    let blocks = [
        Block::heading(1, "Decisions"),
        Block::text(RichText::new().text("We ship on ").bold("Friday").text(".")),
        Block::todo("The docs come first.", false),
    ];
    let children = document_block_children::create(id, id)
        .index(0)
        .children(blocks.map(|block| block.fields().clone()));
    let written = client.send(children).await?;
    println!("{} blocks", written.children.len());

    let blocks = client.items(document_block::list(id)).collect_up_to(500).await?;
    for block in blocks {
        println!("{:?} {:?}", block.block_type, block.block_id);
    }
    let content = client.send(document::raw_content(id)).await?;
    println!("{}", content.content()?);
    Ok(())
}
