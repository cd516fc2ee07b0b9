//! Blocks in calls: as many in each as the platform takes.

use std::collections::VecDeque;

use crate::block::{Block, Kind};

/// Blocks of a call.
pub(super) const MAX_BLOCKS: usize = 1000;

/// A block of the document: one that is there, or one of an earlier call by its temporary id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Real(String),
    Temporary(String),
}

/// The blocks of a call, all with temporary ids.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    pub(super) parent: Place,
    /// Where they go among the children; `None` for the end.
    pub(super) index: Option<usize>,
    pub(super) blocks: Vec<Block>,
}

/// What the platform counts in a call.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    blocks: usize,
    images: usize,
    widgets: usize,
    chat_cards: usize,
    users: usize,
    documents: usize,
}

impl Cost {
    fn of(block: &Block) -> Self {
        let mut cost = Self { blocks: 1, ..Self::default() };
        match block.kind() {
            Kind::Image => cost.images = 1,
            Kind::Isv => cost.widgets = 1,
            Kind::ChatCard => cost.chat_cards = 1,
            _ => {}
        }
        if let Some(text) = block.rich_text() {
            let elements = || text.elements.iter().flatten();
            cost.users = elements().filter(|it| it.mention_user.is_some()).count();
            cost.documents = elements().filter(|it| it.mention_doc.is_some()).count();
        }
        cost
    }

    fn of_tree(block: &Block) -> Self {
        block.children().iter().fold(Self::of(block), |sum, child| sum.plus(Self::of_tree(child)))
    }

    fn plus(self, other: Self) -> Self {
        Self {
            blocks: self.blocks + other.blocks,
            images: self.images + other.images,
            widgets: self.widgets + other.widgets,
            chat_cards: self.chat_cards + other.chat_cards,
            users: self.users + other.users,
            documents: self.documents + other.documents,
        }
    }

    fn fits(self) -> bool {
        self.blocks <= MAX_BLOCKS
            && self.images <= 20
            && self.widgets <= 20
            && self.chat_cards <= 200
            && self.users <= 200
            && self.documents <= 200
    }
}

/// Puts blocks into as few calls as possible, in their order. A block that is too large for a call
/// comes with as many of its children as fit; the others follow.
pub(super) fn batches(parent: Place, index: Option<usize>, blocks: Vec<Block>) -> Vec<Batch> {
    let mut done = Vec::new();
    let mut open = Batch { parent: parent.clone(), index, blocks: Vec::new() };
    let mut cost = Cost::default();
    for (placed, block) in blocks.into_iter().enumerate() {
        let own = Cost::of_tree(&block);
        if !cost.plus(own).fits() && !open.blocks.is_empty() {
            let index = index.map(|it| it + placed);
            let next = Batch { parent: parent.clone(), index, blocks: Vec::new() };
            done.push(std::mem::replace(&mut open, next));
            cost = Cost::default();
        }
        if own.fits() {
            cost = cost.plus(own);
            open.blocks.push(block);
            continue;
        }
        let mut rest = Vec::new();
        let mut budget = Cost::default();
        open.blocks.push(pruned(block, &mut budget, &mut rest));
        let index = index.map(|it| it + placed + 1);
        let next = Batch { parent: parent.clone(), index, blocks: Vec::new() };
        done.push(std::mem::replace(&mut open, next));
        for (parent, children) in rest {
            done.extend(batches(parent, None, children));
        }
    }
    if !open.blocks.is_empty() {
        done.push(open);
    }
    done
}

/// A block with as many children as fit; the others go to `rest`, with the block they belong to.
fn pruned(mut block: Block, spent: &mut Cost, rest: &mut Vec<(Place, Vec<Block>)>) -> Block {
    *spent = spent.plus(Cost::of(&block));
    let id = block.id().unwrap_or_default().to_owned();
    let mut children: VecDeque<Block> = std::mem::take(&mut block.children).into();
    while let Some(child) = children.pop_front() {
        let own = Cost::of_tree(&child);
        if spent.plus(own).fits() {
            *spent = spent.plus(own);
            block.children.push(child);
        } else if child.kind() == Kind::GridColumn {
            // Columns come with their grid, whatever is in them.
            block.children.push(pruned(child, spent, rest));
        } else {
            children.push_front(child);
            break;
        }
    }
    if !children.is_empty() {
        rest.push((Place::Temporary(id), children.into()));
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(mut block: Block, next: &mut usize) -> Block {
        *next += 1;
        block.fields.block_id = Some(format!("t{next}"));
        let children = std::mem::take(&mut block.children);
        block.children = children.into_iter().map(|it| named(it, next)).collect();
        block
    }

    fn sizes(blocks: Vec<Block>) -> Vec<usize> {
        let mut next = 0;
        let blocks = blocks.into_iter().map(|it| named(it, &mut next)).collect();
        let batches = batches(Place::Real("d".to_owned()), Some(3), blocks);
        batches.iter().map(|it| it.blocks.iter().map(Block::count).sum()).collect()
    }

    #[test]
    fn ten_thousand_blocks_are_ten_calls() {
        assert_eq!(sizes(vec![Block::text("a"); 10_000]), [1000; 10]);
    }

    #[test]
    fn a_tree_is_split_where_it_does_not_fit() {
        let item = Block::bullet("a").with_children(vec![Block::bullet("b"); 1500]);
        assert_eq!(sizes(vec![Block::text("x"), item, Block::text("y")]), [1, 1000, 501, 1]);
        let half = || vec![Block::text("z"); 800];
        assert_eq!(sizes(vec![Block::grid([half(), half()])]), [1000, 603]);
    }

    #[test]
    fn twenty_images_are_a_call() {
        assert_eq!(sizes(vec![Block::image("a.png"); 45]), [20, 20, 5]);
    }

    #[test]
    fn calls_go_on_behind_what_was_placed() {
        let mut next = 0;
        let blocks = vec![Block::text("a"); 1200].into_iter().map(|it| named(it, &mut next));
        let batches = batches(Place::Real("d".to_owned()), Some(3), blocks.collect());
        let places: Vec<Option<usize>> = batches.iter().map(|it| it.index).collect();
        assert_eq!(places, [Some(3), Some(1003)]);
    }
}
