//! What is written, block by block.

use std::collections::VecDeque;
use std::sync::Arc;

use super::images::has_files;
use super::suit::{check_all, suit};
use crate::block::{Block, BlockError, Kind};
use crate::markdown::{Loss, Reader};

/// The blocks at the top of a document that is written. Those of Markdown are made when they are
/// needed: a text takes less room than its blocks.
#[derive(Debug)]
pub(super) enum Source {
    Blocks(VecDeque<Block>),
    Markdown { text: Arc<str>, reader: Box<Reader>, ready: VecDeque<Block> },
}

impl Source {
    pub(super) fn of_blocks(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self::Blocks(blocks.into_iter().flat_map(without_page).collect())
    }

    pub(super) fn of_markdown(text: &str) -> Self {
        let reader = Box::new(Reader::new(text));
        Self::Markdown { text: text.into(), reader, ready: VecDeque::new() }
    }

    /// How many blocks there are, and whether images among them are files.
    ///
    /// # Errors
    /// The platform would not take one of them.
    pub(super) fn check(&mut self, losses: &mut Vec<Loss>) -> Result<(usize, bool), BlockError> {
        let count = |blocks: &[Block]| blocks.iter().map(Block::count).sum::<usize>();
        match self {
            Self::Blocks(blocks) => {
                let suited = suit(std::mem::take(blocks).into(), losses);
                check_all(Kind::Page, &suited)?;
                let found = (count(&suited), suited.iter().any(has_files));
                *blocks = suited.into();
                Ok(found)
            }
            Self::Markdown { text, reader, .. } => {
                let (mut total, mut has_any, mut own) = (0, false, Vec::new());
                while let Some(block) = reader.next(text) {
                    let suited = suit(without_page(block), &mut own);
                    check_all(Kind::Page, &suited)?;
                    total += count(&suited);
                    has_any |= suited.iter().any(has_files);
                }
                losses.extend(reader.take_losses());
                losses.extend(own);
                **reader = reader.again();
                Ok((total, has_any))
            }
        }
    }

    /// The next one, as anybody may create it.
    pub(super) fn next(&mut self) -> Option<Block> {
        match self {
            Self::Blocks(blocks) => blocks.pop_front(),
            Self::Markdown { text, reader, ready } => {
                while ready.is_empty() {
                    let block = reader.next(text)?;
                    // What is lost was noted by `check`.
                    ready.extend(suit(without_page(block), &mut Vec::new()));
                }
                ready.pop_front()
            }
        }
    }

    /// All of them, as they are.
    pub(super) fn take_all(&mut self, losses: &mut Vec<Loss>) -> Vec<Block> {
        let all = match self {
            Self::Blocks(blocks) => std::mem::take(blocks).into(),
            Self::Markdown { text, reader, .. } => {
                let all = std::iter::from_fn(|| reader.next(text)).flat_map(without_page).collect();
                losses.extend(reader.take_losses());
                all
            }
        };
        *self = Self::Blocks(VecDeque::new());
        all
    }
}

/// A page is what is in it.
fn without_page(block: Block) -> Vec<Block> {
    match block.kind() {
        Kind::Page => block.children,
        _ => vec![block],
    }
}
