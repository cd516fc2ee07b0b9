//! Trees out of blocks that come one by one.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::{Block, BlockError, Kind};
use crate::v1;

/// How deep blocks may be within each other. The platform stops earlier (1770005); more would be too
/// much for the stack of a thread.
const MAX_LEVELS: usize = 128;

/// Puts the blocks of a document together as they come. A block at the top leaves it as soon as all
/// that is below it is there, so what is held is what came before its turn. A list in the order of
/// the tree leaves one of them at a time. The platform promises no order, so any other works, too.
pub(crate) struct Assembly {
    document_id: String,
    /// Blocks whose turn has not come.
    waiting: HashMap<String, Box<v1::Block>>,
    /// The page, and the blocks below it that are not complete.
    open: Vec<Open>,
    first_page: Option<String>,
    /// Hashes of the ids that have a place: enough to tell which error it is, and to leave out what
    /// comes with two pages.
    placed: HashSet<u64>,
    hasher: RandomState,
}

struct Open {
    block: Block,
    /// Its children that are not in it yet.
    ids: std::vec::IntoIter<String>,
}

impl Assembly {
    pub(crate) fn new(document_id: &str) -> Self {
        Self {
            document_id: document_id.to_owned(),
            waiting: HashMap::new(),
            open: Vec::new(),
            first_page: None,
            placed: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Takes the next block of the list.
    pub(crate) fn push(&mut self, block: Box<v1::Block>) {
        let id = block.block_id.clone().unwrap_or_default();
        if self.placed.contains(&self.hasher.hash_one(&id)) {
            return;
        }
        if block.block_type == Some(Kind::Page) {
            self.first_page.get_or_insert_with(|| id.clone());
        }
        self.waiting.insert(id, block);
    }

    /// The next block at the top; `None` until it is complete, and after the last one.
    ///
    /// # Errors
    /// A block has two places, or is too deep.
    pub(crate) fn next(&mut self) -> Result<Option<Block>, BlockError> {
        if self.open.is_empty() {
            let Some(page) = self.waiting.remove(&self.document_id) else { return Ok(None) };
            self.enter(page)?;
        }
        while let Some(open) = self.open.last_mut() {
            let Some(id) = open.ids.as_slice().first() else {
                if self.open.len() == 1 {
                    return Ok(None);
                }
                let Some(Open { block, .. }) = self.open.pop() else { return Ok(None) };
                match (self.open.len(), self.open.last_mut()) {
                    (2.., Some(parent)) => parent.block.children.push(block),
                    _ => return Ok(Some(block)),
                }
                continue;
            };
            let Some(fields) = self.waiting.remove(id) else {
                return match self.placed.contains(&self.hasher.hash_one(id)) {
                    true => Err(BlockError::NotATree { block_id: id.clone() }),
                    false => Ok(None),
                };
            };
            open.ids.next();
            self.enter(fields)?;
        }
        Ok(None)
    }

    fn enter(&mut self, mut fields: Box<v1::Block>) -> Result<(), BlockError> {
        let count = self.open.len();
        if count > MAX_LEVELS {
            return Err(BlockError::TooMany { what: "levels of blocks", count, limit: MAX_LEVELS });
        }
        let id = fields.block_id.as_deref().unwrap_or_default();
        self.placed.insert(self.hasher.hash_one(id));
        let mut ids = fields.children.take().unwrap_or_default();
        if ids.is_empty()
            && let Some(table) = &mut fields.table
        {
            ids = table.cells.take().unwrap_or_default();
        }
        if let Some(table) = &mut fields.table {
            table.cells = None;
        }
        fields.parent_id = None;
        // Children of the page are not kept.
        let room = if count == 0 { 0 } else { ids.len() };
        let block = Block { fields, children: Vec::with_capacity(room), image_source: None };
        self.open.push(Open { block, ids: ids.into_iter() });
        Ok(())
    }

    /// Says that the list is complete. Then [`next`](Self::next) until it has no more, and
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    /// No block is the page.
    pub(crate) fn end(&mut self) -> Result<(), BlockError> {
        if self.open.is_empty() && !self.waiting.contains_key(&self.document_id) {
            let document_id = self.document_id.clone();
            let page = self.first_page.take();
            self.document_id = page.ok_or(BlockError::NoRoot { document_id })?;
        }
        Ok(())
    }

    /// The page, without what was at the top.
    ///
    /// # Errors
    /// A block is not there that another one names.
    pub(crate) fn finish(mut self) -> Result<Block, BlockError> {
        if let Some(Open { block, ids }) = self.open.last()
            && let Some(child) = ids.as_slice().first()
        {
            let parent = block.id().unwrap_or_default().to_owned();
            return Err(BlockError::MissingChild { parent, child: child.clone() });
        }
        let page = self.open.pop().map(|it| it.block);
        page.ok_or(BlockError::NoRoot { document_id: self.document_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(id: &str, children: &[&str]) -> Box<v1::Block> {
        let fields = v1::Block::new().block_id(id).block_type(Kind::Text);
        Box::new(fields.children(children.iter().copied()))
    }

    /// Pushes blocks, and says after each how many are held and which came out.
    fn run(list: &[(&str, &[&str])]) -> Vec<(usize, Vec<String>)> {
        let mut assembly = Assembly::new("d");
        let push = |(id, children): &(&str, &[&str])| {
            assembly.push(block(id, children));
            let mut ready = Vec::new();
            while let Some(block) = assembly.next().expect("a tree") {
                ready.push(format!("{}{}", block.id().expect("an id"), block.count()));
            }
            let open: usize = assembly.open.iter().map(|it| it.block.count()).sum();
            (assembly.waiting.len() + open, ready)
        };
        list.iter().map(push).collect()
    }

    #[test]
    fn blocks_leave_as_soon_as_they_are_complete() {
        let list: [(&str, &[&str]); 6] = [
            ("d", &["a", "b", "c"]),
            ("a", &[]),
            ("b", &["x"]),
            ("x", &["y"]),
            ("y", &[]),
            ("c", &[]),
        ];
        let ready = |it: &str| if it.is_empty() { Vec::new() } else { vec![it.to_owned()] };
        let expected = [(1, ""), (1, "a1"), (2, ""), (3, ""), (1, "b3"), (1, "c1")];
        assert_eq!(run(&list), expected.map(|(held, it)| (held, ready(it))));
    }

    #[test]
    fn any_order_works() {
        let list: [(&str, &[&str]); 6] = [
            ("y", &[]),
            ("c", &[]),
            ("b", &["x"]),
            ("x", &["y"]),
            ("d", &["a", "b", "c"]),
            ("a", &[]),
        ];
        let all = ["a1", "b3", "c1"].map(str::to_owned).to_vec();
        assert_eq!(run(&list).pop(), Some((1, all)));
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let mut assembly = Assembly::new("b0");
        let ids: Vec<String> = (0..200).map(|level| format!("b{level}")).collect();
        ids.windows(2).for_each(|it| assembly.push(block(&it[0], &[&it[1]])));
        let error = assembly.next().expect_err("too deep").to_string();
        assert_eq!(error, "129 levels of blocks, the limit is 128");
    }
}
