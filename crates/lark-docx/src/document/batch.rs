//! Blocks in calls: as many in each as the platform takes.

use std::collections::VecDeque;

use super::grow::Growth;
use crate::block::{Block, BlockError, Kind};

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

/// What is created by one call, or by one row after the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Blocks(Batch),
    /// The rows of a table that is too large for a call.
    Rows(Growth),
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
        self.excess().is_none()
    }

    /// What there is too much of, how many there are, and how many there may be.
    fn excess(self) -> Option<(&'static str, usize, usize)> {
        let limits = [
            ("blocks", self.blocks, MAX_BLOCKS),
            ("images", self.images, 20),
            ("widgets", self.widgets, 20),
            ("group cards", self.chat_cards, 200),
            ("mentions of users", self.users, 200),
            ("mentions of documents", self.documents, 200),
        ];
        limits.into_iter().find(|(_, count, limit)| count > limit)
    }
}

/// Whether each row of a table fits into a call, with the table.
pub(super) fn check_rows(table: &Block) -> Result<(), BlockError> {
    for row in table.children().chunks(columns(table)) {
        let cost = row.iter().fold(Cost::of(table), |sum, cell| sum.plus(Cost::of_tree(cell)));
        if let Some((what, count, limit)) = cost.excess() {
            let what = match what {
                "blocks" => "blocks of a row of a table",
                "images" => "images of a row of a table",
                "widgets" => "widgets of a row of a table",
                "group cards" => "group cards of a row of a table",
                "mentions of users" => "mentions of users of a row of a table",
                _ => "mentions of documents of a row of a table",
            };
            return Err(BlockError::TooMany { what, count, limit });
        }
    }
    Ok(())
}

fn columns(table: &Block) -> usize {
    let columns = table.table_property().and_then(|it| it.column_size);
    columns.and_then(|it| usize::try_from(it).ok()).unwrap_or(1).max(1)
}

/// Puts blocks into as few calls as possible, in their order. A block that is too large for a call
/// comes with as many of its children as fit; the others follow.
pub(super) fn batches(parent: Place, index: Option<usize>, blocks: Vec<Block>) -> Vec<Part> {
    let mut done = Vec::new();
    let mut open = Batch { parent: parent.clone(), index, blocks: Vec::new() };
    let mut cost = Cost::default();
    for (placed, block) in blocks.into_iter().enumerate() {
        let own = Cost::of_tree(&block);
        if !cost.plus(own).fits() && !open.blocks.is_empty() {
            let index = index.map(|it| it + placed);
            let next = Batch { parent: parent.clone(), index, blocks: Vec::new() };
            done.push(Part::Blocks(std::mem::replace(&mut open, next)));
            cost = Cost::default();
        }
        if own.fits() {
            cost = cost.plus(own);
            open.blocks.push(block);
            continue;
        }
        let index = index.map(|it| it + placed + 1);
        let next = Batch { parent: parent.clone(), index, blocks: Vec::new() };
        if block.kind() == Kind::Table {
            let (table, growth) = beginning(block);
            open.blocks.push(table);
            done.push(Part::Blocks(std::mem::replace(&mut open, next)));
            done.push(Part::Rows(growth));
            continue;
        }
        let mut rest = Vec::new();
        let mut budget = Cost::default();
        open.blocks.push(pruned(block, &mut budget, &mut rest));
        done.push(Part::Blocks(std::mem::replace(&mut open, next)));
        for (parent, children) in rest {
            done.extend(batches(parent, None, children));
        }
    }
    if !open.blocks.is_empty() {
        done.push(Part::Blocks(open));
    }
    done
}

/// A table with as many of its rows as fit, and the others.
fn beginning(mut table: Block) -> (Block, Growth) {
    let merges = super::plan::merges(&table);
    let width = columns(&table);
    let mut cells: VecDeque<Block> = std::mem::take(&mut table.children).into();
    let mut spent = Cost::of(&table);
    let mut rows = 0;
    loop {
        let row = cells.iter().take(width);
        let with_row = row.fold(spent, |sum, cell| sum.plus(Cost::of_tree(cell)));
        if cells.is_empty() || !with_row.fits() {
            break;
        }
        spent = with_row;
        table.children.extend(cells.drain(..width.min(cells.len())));
        rows += 1;
    }
    if let Some(property) = table.table_property_mut() {
        property.row_size = Some(rows);
        property.merge_info = None;
    }
    let place = Place::Temporary(table.id().unwrap_or_default().to_owned());
    let first = table.children.len();
    (table, Growth::new(place, first, width, cells.into(), merges))
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
        let count = |part: Part| match part {
            Part::Blocks(batch) => batch.blocks.iter().map(Block::count).sum(),
            Part::Rows(growth) => growth.cells.iter().map(Block::count).sum(),
        };
        batches(Place::Real("d".to_owned()), Some(3), blocks).into_iter().map(count).collect()
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
    fn a_table_that_is_too_large_begins_with_what_fits() {
        // A row has 10 cells with a text each.
        let table = Block::table(vec![["x"; 10]; 120]);
        assert_eq!(sizes(vec![Block::text("a"), table, Block::text("b")]), [1, 981, 1420, 1]);
        let images = vec![vec![vec![Block::image("a.png")]; 8]; 5];
        assert_eq!(sizes(vec![Block::table_of(images)]), [33, 48]);
        let table = Block::table_of(vec![vec![vec![Block::image("a.png")]; 21]; 2]);
        let error = check_rows(&table).expect_err("too many");
        assert_eq!(error.to_string(), "21 images of a row of a table, the limit is 20");
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
        let place = |part: Part| match part {
            Part::Blocks(batch) => batch.index,
            Part::Rows(_) => None,
        };
        let places: Vec<Option<usize>> = batches.into_iter().map(place).collect();
        assert_eq!(places, [Some(3), Some(1003)]);
    }
}
