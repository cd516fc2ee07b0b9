//! What is known before the first call, and the steps of the next calls.

use super::batch::{MAX_BLOCKS, Part, Place, batches};
use super::plan::Step;
use super::source::Source;
use super::write::{Goal, Write};
use super::{DocumentError, read};
use crate::block::Block;
use crate::v1::document_block;

/// What is in a document before it is changed.
pub(super) enum There {
    /// Nothing that matters.
    Nothing,
    /// The ids of the blocks at the top.
    Children(Vec<String>),
    /// The page, and the blocks that it is to have.
    Page(Block, Vec<Block>),
}

impl Write {
    /// What has to be known of the document.
    pub(super) async fn look(&mut self) -> Result<There, DocumentError> {
        let id = self.state.document_id.as_deref().unwrap_or_default();
        match &self.goal {
            Goal::Sync(_) => {
                let head = read::head(&self.client, id).await?;
                let known = self.known.take_if(|it| it.id == id && it.revision == head.0);
                let user_id_type = self.user_id_type.as_ref();
                let page = match known {
                    Some(known) => known.page,
                    None => read::read_with(&self.client, id, head, user_id_type).await?.page,
                };
                let mut new = self.state.source.take_all(&mut self.state.losses);
                let settled = self.settle_images(&page, &mut new).await;
                if let Err(error) = settled {
                    self.state.source = Source::of_blocks(new);
                    return Err(error);
                }
                Ok(There::Page(page, new))
            }
            Goal::Replace => {
                let page = self.client.send(document_block::get(id, id)).await?;
                let block = page.block.unwrap_or_default();
                Ok(There::Children(block.children.unwrap_or_default()))
            }
            Goal::Create { .. } | Goal::Append => Ok(There::Nothing),
        }
    }

    /// Makes the first steps. Nothing is written before it is known that the platform would take all.
    pub(super) fn plan(&mut self, there: There) -> Result<(), DocumentError> {
        let mut losses = Vec::new();
        match there {
            There::Page(page, new) => {
                self.state.steps = self.differences(&page, new, &mut losses)?.into();
            }
            there => {
                let (total, has_files) = self.state.source.check(&mut losses)?;
                if has_files {
                    self.loader.check()?;
                }
                self.state.total = total;
                if let Goal::Create { title, folder } = &self.goal {
                    let step = Step::Create { title: title.clone(), folder: folder.clone() };
                    self.state.steps.push_back(step);
                }
                if let There::Children(old) = there {
                    self.state.old = old;
                }
            }
        }
        self.state.losses.extend(losses);
        Ok(())
    }

    /// Makes the steps that follow those that are done; whether there are any. Blocks are taken as they are
    /// needed, and the last call of a few waits for more, so that there are as few calls as if all
    /// were planned at once.
    pub(super) fn plan_on(&mut self) -> bool {
        // Steps speak of the blocks of their own calls only.
        self.state.ids.clear();
        let mut blocks = std::mem::take(&mut self.state.waiting);
        let mut count: usize = blocks.iter().map(Block::count).sum();
        let mut is_end = false;
        while count <= MAX_BLOCKS && !is_end {
            match self.state.source.next() {
                Some(block) => {
                    count += block.count();
                    blocks.push(block);
                    self.state.name(blocks.last_mut());
                }
                None => is_end = true,
            }
        }
        let place = Place::Real(self.document_id());
        let mut parts = batches(place.clone(), None, blocks);
        if !is_end
            && parts.len() > 1
            && matches!(parts.last(), Some(Part::Blocks(last)) if last.parent == place)
            && let Some(Part::Blocks(last)) = parts.pop()
        {
            self.state.waiting = last.blocks;
        }
        self.state.steps = parts.into_iter().map(Step::of).collect();
        let old = std::mem::take(&mut self.state.old);
        match is_end {
            true if old.is_empty() => {}
            true => self.state.steps.push_back(Step::Remove { parent: place, ids: old }),
            false => self.state.old = old,
        }
        !self.state.steps.is_empty()
    }
}
