//! Creates a page in a wiki space, a page below it, and prints the tree of the space.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_SPACE (a number); the app must be a member.

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_examples::{Platform, println, setting, start};
use lark_wiki::tree;
use lark_wiki::v2::space_node;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("wiki_nodes.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let space = setting("LARK_SPACE", "7034502641455497244", "the id of a wiki space")?;
    let client = &platform.client;
    let guide = page(client, &space, "", "Guide").await?;
    page(client, &space, &guide, "First steps").await?;
    Ok(tree(client, &space).await?)
}

/// Creates a page and returns its token.
async fn page(
    client: &Client,
    space: &str,
    parent: &str,
    title: &str,
) -> lark_core::Result<String> {
    let create = space_node::create(space)
        .obj_type("docx")
        .node_type("origin")
        .parent_node_token(parent)
        .title(title);
    let created = client.send(create).await?;
    created.node()?.node_token().map(str::to_owned)
}

/// Prints the nodes of a space, those below others indented.
async fn tree(client: &Client, space: &str) -> Result<(), tree::WalkError> {
    let mut nodes = tree::walk(client, space).all().await?;
    // Parents come before their children, but the children of others may be in between.
    nodes.sort_by(|one, other| one.path.cmp(&other.path));
    for found in nodes {
        let title = found.node.title.as_deref().unwrap_or("(untitled)");
        println!("{}{title}", "  ".repeat(found.depth));
    }
    Ok(())
}
