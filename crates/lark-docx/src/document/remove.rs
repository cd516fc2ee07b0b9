//! Blocks that are deleted by their ids. The platform deletes by places, which are others once somebody
//! else has edited the document.

use std::collections::HashSet;

use lark_core::__private::random_uuid;

use super::DocumentError;
use super::batch::Place;
use super::write::Write;
use crate::v1::{document_block, document_block_children};

impl Write {
    /// Deletes children of a block wherever they are now, a call for each run of neighbours. Those that are gone
    /// are gone, so this can be repeated.
    pub(super) async fn remove(
        &mut self,
        parent: &Place,
        ids: &[String],
    ) -> Result<(), DocumentError> {
        let parent = self.state.real(parent)?;
        let get = document_block::get(self.document_id(), &*parent);
        let block = self.client.send(get).await?.block.unwrap_or_default();
        let children = block.children.unwrap_or_default();
        // The last ones first, so that the places of the others stay as they are.
        for (start, end) in runs(&children, ids).into_iter().rev() {
            self.delete(&parent, start, end, &random_uuid()).await?;
        }
        self.state.deleted += ids.len();
        Ok(())
    }

    /// Deletes children by their places.
    pub(super) async fn delete(
        &mut self,
        parent: &str,
        start: usize,
        end: usize,
        token: &str,
    ) -> Result<(), DocumentError> {
        let index = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let request = document_block_children::batch_delete(self.document_id(), parent)
            .client_token(token)
            .start_index(index(start))
            .end_index(index(end));
        let response = self.edit(request).await?;
        self.state.revision = response.document_revision_id.or(self.state.revision);
        Ok(())
    }
}

/// Where some of the children are, as ranges of neighbours.
fn runs(children: &[String], ids: &[String]) -> Vec<(usize, usize)> {
    let wanted: HashSet<&String> = ids.iter().collect();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in children.iter().enumerate().filter(|(_, id)| wanted.contains(id)) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_go_together() {
        let of = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(runs(&of("a b c d e f"), &of("b c e gone")), [(1, 3), (4, 5)]);
        assert_eq!(runs(&of("a b"), &of("c")), []);
    }
}
