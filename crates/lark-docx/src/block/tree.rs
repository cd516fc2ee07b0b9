//! Between the flat list that the platform sends and the tree.

use super::assembly::Assembly;
use super::{Block, BlockError};
use crate::v1;

/// The tree of all blocks of a document: its page, with everything below it.
///
/// # Errors
/// The list is not complete, or is no tree. [`BlockError`] names the block.
pub fn read_tree(
    document_id: &str,
    blocks: impl IntoIterator<Item = v1::Block>,
) -> Result<Block, BlockError> {
    let mut assembly = Assembly::new(document_id);
    blocks.into_iter().for_each(|it| assembly.push(Box::new(it)));
    assembly.end()?;
    let mut children = Vec::new();
    while let Some(block) = assembly.next()? {
        children.push(block);
    }
    Ok(assembly.finish()?.with_children(children))
}

impl Block {
    /// The blocks as a list for [`document_block_descendant::create`], parents before their
    /// children. Blocks without an id get temporary ones: `t1`, `t2` and so on, counted by `next`.
    /// Merged cells are left out, because the platform takes them by updates only.
    ///
    /// [`document_block_descendant::create`]: crate::v1::document_block_descendant::create
    #[must_use]
    pub fn flatten(&self, next: &mut usize) -> Vec<v1::Block> {
        let mut list = Vec::with_capacity(self.count());
        self.flatten_into(next, &mut list);
        list
    }

    fn flatten_into(&self, next: &mut usize, list: &mut Vec<v1::Block>) -> String {
        let id = self.fields.block_id.clone().unwrap_or_else(|| {
            *next += 1;
            format!("t{next}")
        });
        let at = list.len();
        let mut fields = v1::Block::clone(&self.fields);
        fields.block_id = Some(id.clone());
        if let Some(property) = fields.table.as_mut().and_then(|it| it.property.as_mut()) {
            property.merge_info = None;
        }
        list.push(fields);
        let children: Vec<String> =
            self.children.iter().map(|child| child.flatten_into(next, list)).collect();
        if let Some(table) = &mut list[at].table {
            table.cells = Some(children.clone());
        }
        list[at].children = (!children.is_empty()).then_some(children);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn a_list_is_the_tree_that_made_it() {
        let tree = Block::of_text(Kind::Page, Default::default())
            .child(Block::bullet("a").child(Block::bullet("b")))
            .child(Block::table([["x", "y"], ["1", "2"]]));
        let list = tree.flatten(&mut 0);
        assert_eq!(list.len(), tree.count());
        let back = read_tree("t1", list.clone()).expect("a tree");
        assert_eq!(back.flatten(&mut 0), list);
        assert_eq!(back.children()[1].children()[3].children()[0].plain_text(), "2");
    }

    #[test]
    fn lists_that_are_no_trees_are_named() {
        let block = |id: &str, children: &[&str]| {
            v1::Block::new().block_id(id).block_type(Kind::Text).children(children.iter().copied())
        };
        let error =
            |blocks: Vec<v1::Block>| read_tree("d", blocks).expect_err("no tree").to_string();
        assert_eq!(error(vec![]), "the blocks of document d have no root");
        assert_eq!(
            error(vec![block("d", &["x"])]),
            "block d has the child x, which is not among the blocks"
        );
        assert_eq!(
            error(vec![block("d", &["a"]), block("a", &["d"])]),
            "block d has more than one place in the document"
        );
    }
}
