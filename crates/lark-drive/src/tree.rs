//! Folders of Drive as trees.
//!
//! ```no_run
//! # async fn print(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_drive::tree;
//!
//! let mut walk = tree::walk(&client, "fldcnqquW1svRIYVT2Np6IuLCKd");
//! while let Some(found) = walk.next().await {
//!     match found {
//!         Ok(found) => println!("{} {}", found.node.type_, found.path.join("/")),
//!         // A folder is missing; the walk goes on with the others.
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Every page of every folder is followed, 200 files a call, at the documented 20 calls a second. A walk goes on at
//! any point, with a [`Checkpoint`]. Files come in the order of their creation, so that edits meanwhile shift
//! nothing from page to page.

use lark_core::Client;
pub use lark_core::tree::{Checkpoint, Found, InvalidCheckpoint, Walk, WalkError};

use lark_core::tree::{Node as NodeFacts, Tree};

use crate::v1::file::{self, ListFileRequest};
use crate::v1::{File, ListFileDirection, OrderBy};

/// Files a page, the most that the platform has.
const PAGE_SIZE: i64 = 200;

/// The files and folders in a folder of Drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderTree {
    folder_token: String,
}

impl FolderTree {
    /// Token of the folder; empty for the root.
    #[must_use]
    pub fn folder_token(&self) -> &str {
        &self.folder_token
    }
}

impl Tree for FolderTree {
    type List = ListFileRequest;

    fn name(&self) -> String {
        match self.folder_token.as_str() {
            "" => "the root folder".to_owned(),
            token => format!("folder {token}"),
        }
    }

    fn list(&self, parent: &str) -> ListFileRequest {
        let folder = if parent.is_empty() { self.folder_token.as_str() } else { parent };
        let list =
            file::list().order_by(OrderBy::CreatedTime).direction(ListFileDirection::Ascending);
        // The root has no pages.
        match folder {
            "" => list,
            folder => list.folder_token(folder).page_size(PAGE_SIZE),
        }
    }

    fn node<'a>(&self, item: &'a File) -> NodeFacts<'a> {
        NodeFacts {
            token: &item.token,
            name: &item.name,
            // A shortcut to a folder is no folder: its target may be anywhere.
            is_parent: item.type_ == "folder",
            edited: item.modified_time,
        }
    }
}

/// Walks over everything in a folder, by its token, without the folder itself. With an empty token it is the root
/// folder, in whose listing the platform leaves out shortcuts.
///
/// [`Walk::changed_since`] goes by `modified_time`. Shortcuts are not followed; `shortcut_info` names their targets.
pub fn walk(client: &Client, folder_token: impl Into<String>) -> Walk<FolderTree> {
    Walk::new(client, FolderTree { folder_token: folder_token.into() })
}
