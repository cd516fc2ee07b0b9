//! Wiki spaces as trees.
//!
//! ```no_run
//! # async fn print(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_wiki::tree;
//!
//! let mut walk = tree::walk(&client, "7034502641455497244");
//! while let Some(found) = walk.next().await {
//!     match found {
//!         Ok(found) => println!("{}", found.path.join(" / ")),
//!         // The children of a node are missing; the walk goes on with the others.
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Every page of every node is followed, 50 nodes a call, at the documented 20 calls a second. A walk goes on at
//! any point, with a [`Checkpoint`]:
//!
//! ```no_run
//! # async fn import(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_wiki::tree::{self, Checkpoint};
//!
//! let mut walk = tree::walk(&client, "7034502641455497244");
//! if let Ok(json) = std::fs::read_to_string("walk.json") {
//!     walk = walk.resume(Checkpoint::from_json(&json)?)?;
//! }
//! while let Some(found) = walk.next().await {
//!     println!("{:?}", found?.node.obj_token);
//!     if walk.nodes() % 500 == 0 {
//!         std::fs::write("walk.json", walk.checkpoint().to_json())?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

use lark_core::Client;
pub use lark_core::tree::{Checkpoint, Found, InvalidCheckpoint, Walk, WalkError};

use lark_core::tree::{Node as NodeFacts, Tree};

use crate::v2::Node;
use crate::v2::space_node::{self, ListSpaceNodeRequest};

/// Nodes a page, the most that the platform has. Its default of 20 is what shortens lists unnoticed.
const PAGE_SIZE: i64 = 50;

/// The nodes of a wiki space. A node is its `node_token`; its document is `obj_token`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceTree {
    space_id: String,
}

impl SpaceTree {
    /// Id of the space.
    #[must_use]
    pub fn space_id(&self) -> &str {
        &self.space_id
    }
}

impl Tree for SpaceTree {
    type List = ListSpaceNodeRequest;

    fn name(&self) -> String {
        format!("wiki space {}", self.space_id)
    }

    fn list(&self, parent: &str) -> ListSpaceNodeRequest {
        let list = space_node::list(&self.space_id).page_size(PAGE_SIZE);
        if parent.is_empty() { list } else { list.parent_node_token(parent) }
    }

    fn node<'a>(&self, item: &'a Node) -> NodeFacts<'a> {
        NodeFacts {
            token: item.node_token.as_deref().unwrap_or_default(),
            name: item.title.as_deref().unwrap_or_default(),
            // If the platform does not say it, only a listing does.
            is_parent: item.has_child != Some(false),
            edited: item.obj_edit_time,
        }
    }
}

/// Walks over all nodes of a wiki space, by its id; `my_library` is the document library of the user. The app
/// or user must be a member of the space, or see it.
///
/// [`Walk::changed_since`] goes by `obj_edit_time`. A shortcut is a node of its own; its document is in the walk
/// once more if its target is.
pub fn walk(client: &Client, space_id: impl Into<String>) -> Walk<SpaceTree> {
    Walk::new(client, SpaceTree { space_id: space_id.into() })
}
