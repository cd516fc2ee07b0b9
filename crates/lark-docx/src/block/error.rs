//! Errors of trees.

use std::{error, fmt};

use super::Kind;

/// A tree that the platform would not have made, or would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockError {
    /// The list of blocks has no root: no block has the id of the document, and none is a page.
    #[non_exhaustive]
    NoRoot {
        /// Id of the document.
        document_id: String,
    },
    /// A block names a child that the list does not have: the list is not complete.
    #[non_exhaustive]
    MissingChild {
        /// Id of the block.
        parent: String,
        /// Id of the child.
        child: String,
    },
    /// A block is its own descendant, or the child of two blocks.
    #[non_exhaustive]
    NotATree {
        /// Id of the block that is there twice.
        block_id: String,
    },
    /// A block cannot be a child of that one (the platform's code is 1770014).
    #[non_exhaustive]
    WrongParent {
        /// Kind of the parent.
        parent: Kind,
        /// Kind of the child.
        child: Kind,
        /// The beginning of the child's text.
        text: String,
    },
    /// Something exceeds a limit of the platform.
    #[non_exhaustive]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// There is less of something than the platform takes.
    #[non_exhaustive]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there must be.
        least: usize,
    },
    /// Cells of a table that are merged are not all in it, are none, or are merged twice.
    #[non_exhaustive]
    WrongMerge {
        /// Rows of the table.
        rows: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// The platform does not let anybody create blocks of this kind.
    #[non_exhaustive]
    NotCreatable {
        /// The kind.
        kind: Kind,
    },
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoot { document_id } => {
                write!(f, "the blocks of document {document_id} have no root")
            }
            Self::MissingChild { parent, child } => {
                write!(f, "block {parent} has the child {child}, which is not among the blocks")
            }
            Self::NotATree { block_id } => {
                write!(f, "block {block_id} has more than one place in the document")
            }
            Self::WrongParent { parent, child, text } => {
                write!(f, "a block {parent:?} cannot contain a block {child:?} ({text:?})")
            }
            Self::TooMany { what, count, limit } => {
                write!(f, "{count} {what}, the limit is {limit}")
            }
            Self::TooFew { what, count, least } => {
                write!(f, "{count} {what}, there must be {least} at least")
            }
            Self::WrongMerge { rows, columns } => write!(
                f,
                "cells are merged that are not in a table of {rows} rows and {columns} columns, or are merged twice"
            ),
            Self::NotCreatable { kind } => write!(f, "blocks of kind {kind:?} cannot be created"),
        }
    }
}

impl error::Error for BlockError {}
