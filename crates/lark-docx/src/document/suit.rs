//! Blocks that nobody can create, as the nearest that anybody can.

use crate::block::{Block, BlockError, Kind, RichText, check};
use crate::markdown::{Loss, label_and_link};

use super::batch::check_rows;

/// Replaces what only the editor makes, and notes it. Line 0 says that it is no line of Markdown.
pub(super) fn suit(blocks: Vec<Block>, losses: &mut Vec<Loss>) -> Vec<Block> {
    blocks.into_iter().flat_map(|it| suited(it, losses)).collect()
}

fn suited(mut block: Block, losses: &mut Vec<Loss>) -> Vec<Block> {
    let children = suit(std::mem::take(&mut block.children), losses);
    if crate::block::is_creatable(block.kind()) {
        block.children = children;
        return vec![block];
    }
    let mut own = Vec::new();
    if block.kind() != Kind::View {
        let kind = block.kind();
        losses.push(Loss {
            line: 0,
            what: format!("a block of kind {kind:?} cannot be created, it is text"),
        });
        own.push(substitute(&block));
    }
    own.extend(children);
    own
}

/// A text that says what was there, with a link if there is something to open.
fn substitute(block: &Block) -> Block {
    let text = block.plain_text();
    if !text.is_empty() {
        return Block::text(text);
    }
    match label_and_link(block) {
        Some((label, url)) if url.starts_with("http") => {
            Block::text(RichText::new().link(label, &url))
        }
        Some((label, _)) => Block::text(label),
        None => Block::text(format!("[{:?}]", block.kind())),
    }
}

/// Finds what the platform would not take, before anything is written.
pub(super) fn check_all(parent: Kind, blocks: &[Block]) -> Result<(), BlockError> {
    for block in blocks {
        check(parent, block)?;
        check_tables(block)?;
    }
    Ok(())
}

/// A row of a table goes into a single call, with all that is in it.
fn check_tables(block: &Block) -> Result<(), BlockError> {
    if block.kind() == Kind::Table {
        check_rows(block)?;
    }
    block.children().iter().try_for_each(check_tables)
}
