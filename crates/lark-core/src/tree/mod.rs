//! Trees that are listed level by level: wiki spaces, folders of Drive. `lark-wiki` and `lark-drive` have
//! functions that begin a walk.
//!
//! ```no_run
//! use lark_core::Client;
//! use lark_core::tree::{Tree, Walk};
//!
//! # async fn print<T: Tree>(client: &Client, tree: T) {
//! let mut walk = Walk::new(client, tree);
//! while let Some(found) = walk.next().await {
//!     match found {
//!         Ok(found) => println!("{}", found.path.join(" / ")),
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! # }
//! ```
//!
//! A walk is a stream with every node once, parents before their children. It follows every page, lists
//! several nodes at a time, keeps the documented rate of the listing, and lists no node twice, whatever
//! refers to it. Its [`Checkpoint`] continues it at any point, also in another process.

mod checkpoint;
mod error;
mod walk;

pub use self::checkpoint::{Checkpoint, InvalidCheckpoint};
pub use self::error::WalkError;
pub use self::walk::{Found, Walk};

use crate::moment::UnixSeconds;
use crate::pages::Listed;

/// A tree of the platform: how its nodes are listed, and what a walk has to know of them.
pub trait Tree: Send + 'static {
    /// The operation that lists the children of a node.
    type List: Listed;

    /// Which tree it is, such as `wiki space 7034502641455497244`: what errors say, and what a checkpoint
    /// must be of.
    fn name(&self) -> String;

    /// The request for the children of a node, by its token; for what is at the top if it is empty.
    fn list(&self, parent: &str) -> Self::List;

    /// What a walk has to know of a node.
    fn node<'a>(&self, item: &'a <Self::List as Listed>::Item) -> Node<'a>;
}

/// What a walk has to know of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node<'a> {
    /// Its token; empty if it has none, and then it cannot be listed.
    pub token: &'a str,
    /// Its name, for paths.
    pub name: &'a str,
    /// Whether it may have children.
    pub is_parent: bool,
    /// When it was edited last, if that is known.
    pub edited: Option<UnixSeconds>,
}
