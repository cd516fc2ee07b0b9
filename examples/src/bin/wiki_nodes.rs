//! Creates a page in a wiki space, a page below it, and prints the tree of the space.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_SPACE (a number); the app must be a member.

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_examples::{Platform, println, setting, start};
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
async fn tree(client: &Client, space: &str) -> lark_core::Result<()> {
    let mut open = vec![(String::new(), 0)];
    while let Some((parent, depth)) = open.pop() {
        let list = space_node::list(space).parent_node_token(&parent);
        for node in client.items(list).collect_up_to(1_000).await? {
            println!("{}{}", "  ".repeat(depth), node.title.as_deref().unwrap_or("(untitled)"));
            if node.has_child == Some(true) && depth < 4 {
                open.push((node.node_token()?.to_owned(), depth + 1));
            }
        }
    }
    Ok(())
}
