//! The steps of a change. Each can be repeated without doubling anything.

use std::collections::HashMap;

use lark_core::__private::random_uuid;
use lark_core::FilePart;

use super::batch::{Batch, Part, Place, batches};
use super::grow::Growth;
use crate::block::{Block, Kind};
use crate::v1::{self, MergeTableCellsRequest, UpdateBlockRequest};

/// Updates of a call.
const MAX_UPDATES: usize = 200;

/// A step, with its idempotency key.
#[derive(Debug)]
pub(super) enum Step {
    Create {
        title: Option<String>,
        folder: Option<String>,
    },
    Insert {
        batch: Batch,
        images: Option<HashMap<String, FilePart>>,
        token: String,
    },
    Grow {
        growth: Growth,
        token: String,
    },
    Upload {
        images: Vec<Image>,
        token: String,
    },
    Update {
        requests: Vec<(Place, UpdateBlockRequest)>,
        token: String,
    },
    Remove {
        parent: Place,
        ids: Vec<String>,
    },
    /// A child of a block that nobody else knows yet.
    Delete {
        parent: String,
        at: usize,
        token: String,
    },
}

/// An image on its way to its block.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) block: Place,
    pub(super) part: FilePart,
    pub(super) caption: Option<v1::Caption>,
    /// Its token, once it is uploaded.
    pub(super) uploaded: Option<String>,
}

impl Step {
    /// The steps that insert blocks.
    pub(super) fn insert(parent: Place, index: Option<usize>, blocks: Vec<Block>) -> Vec<Self> {
        batches(parent, index, blocks).into_iter().map(Self::of).collect()
    }

    pub(super) fn of(part: Part) -> Self {
        match part {
            Part::Blocks(batch) => Self::Insert { batch, images: None, token: random_uuid() },
            Part::Rows(growth) => Self::Grow { growth, token: random_uuid() },
        }
    }

    /// The steps that update blocks, each of which may be updated several times, in order.
    pub(super) fn update(requests: Vec<(Place, UpdateBlockRequest)>) -> Vec<Self> {
        let mut calls: Vec<Vec<(Place, UpdateBlockRequest)>> = Vec::new();
        for (place, request) in requests {
            // A call updates a block once, so a later update of it goes into a later call.
            let is_in =
                |call: &Vec<(Place, UpdateBlockRequest)>| call.iter().any(|it| it.0 == place);
            let after = calls.iter().rposition(is_in).map_or(0, |it| it + 1);
            match calls[after..].iter_mut().find(|it| it.len() < MAX_UPDATES) {
                Some(call) => call.push((place, request)),
                None => calls.push(vec![(place, request)]),
            }
        }
        let update = |requests| Self::Update { requests, token: random_uuid() };
        calls.into_iter().map(update).collect()
    }

    pub(super) fn delete(parent: String, at: usize) -> Self {
        Self::Delete { parent, at, token: random_uuid() }
    }
}

/// The updates that merge cells of tables, which no creation does.
pub(super) fn merges(block: &Block) -> Vec<(Place, UpdateBlockRequest)> {
    let mut found: Vec<_> = block.children().iter().flat_map(merges).collect();
    let Some(id) = block.id().filter(|_| block.kind() == Kind::Table) else { return found };
    // What is wrong was refused before.
    for merge in crate::block::merges(block).unwrap_or_default() {
        let index = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let request = MergeTableCellsRequest::new()
            .row_start_index(index(merge.row))
            .row_end_index(index(merge.row + merge.rows))
            .column_start_index(index(merge.column))
            .column_end_index(index(merge.column + merge.columns));
        let update = UpdateBlockRequest::new().merge_table_cells(request);
        found.push((Place::Temporary(id.to_owned()), update));
    }
    found
}
