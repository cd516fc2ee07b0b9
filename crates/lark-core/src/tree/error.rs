//! Listings that failed.

use std::{error, fmt};

use crate::error::Error;

/// The children of a node could not be listed, or not to the end. The walk goes on with the others, and its
/// checkpoint keeps the listing.
#[derive(Clone)]
pub struct WalkError {
    pub(super) tree: String,
    pub(super) node: String,
    pub(super) path: Vec<String>,
    pub(super) cause: Error,
}

impl WalkError {
    /// The token of the node whose children are missing; empty for the top of the tree.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.node
    }

    /// The names of the nodes from the top to that node, which is the last.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Why the call failed.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.cause
    }
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tree, node, path, cause } = self;
        match (node.is_empty(), path.is_empty()) {
            (true, _) => write!(f, "the top of {tree} cannot be listed: {cause}"),
            (false, true) => write!(f, "node {node} of {tree} cannot be listed: {cause}"),
            (false, false) => {
                let path = path.join(" / ");
                write!(f, "node {node} ({path}) of {tree} cannot be listed: {cause}")
            }
        }
    }
}

impl fmt::Debug for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalkError")
            .field("node", &self.node)
            .field("path", &self.path)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

/// Without a source, because the text has all of it.
impl error::Error for WalkError {}
