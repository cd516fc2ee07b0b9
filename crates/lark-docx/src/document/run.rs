//! The calls of a change, one step after the other.

use std::collections::{HashMap, VecDeque};

use lark_core::__private::random_uuid;
use lark_core::{FilePart, Operation};

use super::batch::{Batch, Place};
use super::images::{fits, source, substitute};
use super::plan::{Image, Step, merges};
use super::source::Source;
use super::write::{Goal, Progress, Write, Written};
use super::{DocumentError, media};
use crate::block::{Block, BlockError, Kind};
use crate::markdown::Loss;
use crate::v1::{
    self, Image as ImageContent, ReplaceImageRequest, UpdateBlockRequest, document_block,
    document_block_descendant,
};

/// How often a document is read that others edit while it is changed by difference.
const ATTEMPTS: usize = 3;

/// What the platform says of a place that is not there, among others, and of a block.
const INVALID_PLACE: i64 = 1_770_001;
const NO_SUCH_BLOCK: i64 = 1_770_002;

/// How far a change is.
#[derive(Debug)]
pub(super) struct State {
    pub(super) document_id: Option<String>,
    /// What is to be written and is in no step yet.
    pub(super) source: Source,
    /// The blocks of a call that has room for more.
    pub(super) waiting: Vec<Block>,
    /// The ids of blocks at the top that are deleted at the end.
    pub(super) old: Vec<String>,
    pub(super) is_planned: bool,
    /// What the platform would not take.
    refused: Option<BlockError>,
    pub(super) steps: VecDeque<Step>,
    /// Ids by temporary ids.
    pub(super) ids: HashMap<String, String>,
    /// Images that were loaded before they are needed, by their sources.
    pub(super) loaded: HashMap<String, Vec<FilePart>>,
    /// The last temporary id.
    named: usize,
    pub(super) written: usize,
    pub(super) total: usize,
    pub(super) updated: usize,
    pub(super) deleted: usize,
    calls: usize,
    pub(super) revision: Option<i64>,
    pub(super) losses: Vec<Loss>,
}

impl State {
    pub(super) fn new(document_id: Option<String>, source: Source) -> Self {
        Self {
            document_id,
            source,
            waiting: Vec::new(),
            old: Vec::new(),
            is_planned: false,
            refused: None,
            steps: VecDeque::new(),
            ids: HashMap::new(),
            loaded: HashMap::new(),
            named: 0,
            written: 0,
            total: 0,
            updated: 0,
            deleted: 0,
            calls: 0,
            revision: None,
            losses: Vec::new(),
        }
    }

    pub(super) fn into_written(self) -> Written {
        Written {
            document_id: self.document_id.unwrap_or_default(),
            revision: self.revision,
            blocks: self.written,
            updated: self.updated,
            deleted: self.deleted,
            calls: self.calls,
            losses: self.losses,
        }
    }

    /// Gives blocks temporary ids, and none of another document.
    pub(super) fn name<'a>(&mut self, blocks: impl IntoIterator<Item = &'a mut Block>) {
        for block in blocks {
            let mut left = vec![block];
            while let Some(block) = left.pop() {
                self.named += 1;
                block.fields.block_id = Some(format!("t{}", self.named));
                block.fields.comment_ids = None;
                left.extend(block.children.iter_mut().rev());
            }
        }
    }

    pub(super) fn real(&self, place: &Place) -> Result<String, DocumentError> {
        match place {
            Place::Real(id) => Ok(id.clone()),
            Place::Temporary(id) => {
                self.ids.get(id).cloned().ok_or_else(|| DocumentError::Response {
                    reason: format!("the response has no id of the block {id}"),
                })
            }
        }
    }
}

impl Write {
    pub(super) async fn run(&mut self) -> Result<(), DocumentError> {
        for _ in 1..ATTEMPTS {
            match self.attempt().await {
                Err(error) if self.is_overtaken(&error) => self.begin_again(),
                outcome => return outcome,
            }
        }
        self.attempt().await
    }

    /// Whether an edit was refused because somebody else has edited the document, too: the places and
    /// blocks that it names may be others, or gone.
    fn is_overtaken(&self, error: &DocumentError) -> bool {
        let DocumentError::Call(error) = error else { return false };
        let is_of_places = matches!(error.code(), Some(INVALID_PLACE | NO_SUCH_BLOCK));
        is_of_places && self.state.is_planned && matches!(self.goal, Goal::Sync(_))
    }

    /// Forgets the difference. What was written is in the document, so the next one leaves it out.
    fn begin_again(&mut self) {
        let Goal::Sync(text) = &self.goal else { return };
        self.state.source = Source::of_markdown(text);
        self.state.steps.clear();
        self.state.losses.clear();
        self.state.total = self.state.written;
        self.state.is_planned = false;
    }

    async fn attempt(&mut self) -> Result<(), DocumentError> {
        if let Some(refused) = &self.state.refused {
            return Err(refused.clone().into());
        }
        if !self.state.is_planned {
            let there = self.look().await?;
            if let Err(error) = self.plan(there) {
                if let DocumentError::Block(refused) = &error {
                    self.state.refused = Some(refused.clone());
                }
                return Err(error);
            }
            self.state.is_planned = true;
        }
        loop {
            while let Some(step) = self.state.steps.pop_front() {
                if let Err((step, error)) = self.step(step).await {
                    self.state.steps.push_front(step);
                    return Err(error);
                }
                self.report();
            }
            if !self.plan_on() {
                return Ok(());
            }
        }
    }

    pub(super) fn report(&self) {
        if let Some(hook) = &self.on_progress {
            let State { written, total, calls, ref document_id, .. } = self.state;
            hook(Progress { document_id: document_id.clone(), written, total, calls });
        }
    }

    /// Does a step; what is left of it if it fails.
    async fn step(&mut self, mut step: Step) -> Result<(), (Step, DocumentError)> {
        let result = match &mut step {
            Step::Create { title, folder } => self.create(title.clone(), folder.clone()).await,
            Step::Insert { batch, images, token } => self.insert(batch, images, token).await,
            Step::Grow { growth, token } => self.grow(growth, token).await,
            Step::Upload { images, token } => self.upload(images, token).await,
            Step::Update { requests, token } => self.update(requests, token).await,
            Step::Remove { parent, ids } => self.remove(parent, ids).await,
            Step::Delete { parent, at, token } => self.delete(parent, *at, *at + 1, token).await,
        };
        result.map_err(|error| (step, error))
    }

    /// Sends an edit at the pace of the document.
    pub(super) async fn edit<O: Operation>(
        &mut self,
        request: O,
    ) -> Result<O::Response, DocumentError> {
        self.pace.wait().await;
        self.state.calls += 1;
        Ok(self.client.send(request).await?)
    }

    pub(super) fn document_id(&self) -> String {
        self.state.document_id.clone().unwrap_or_default()
    }

    async fn create(
        &mut self,
        title: Option<String>,
        folder: Option<String>,
    ) -> Result<(), DocumentError> {
        let mut request = v1::document::create();
        request.title = title.filter(|it| !it.is_empty());
        request.folder_token = folder;
        self.state.calls += 1;
        let document = self.client.send(request).await?.document.unwrap_or_default();
        let id = document.document_id.filter(|it| !it.is_empty());
        let id = id.ok_or_else(|| DocumentError::Response {
            reason: "the response has no id of the new document".to_owned(),
        })?;
        self.state.document_id = Some(id);
        self.state.revision = document.revision_id;
        Ok(())
    }

    async fn insert(
        &mut self,
        batch: &mut Batch,
        images: &mut Option<HashMap<String, FilePart>>,
        token: &str,
    ) -> Result<(), DocumentError> {
        if images.is_none() {
            *images = Some(self.load_images(&mut batch.blocks).await?);
        }
        let mut next = 0;
        let descendants: Vec<v1::Block> =
            batch.blocks.iter().flat_map(|it| it.flatten(&mut next)).map(bare_image).collect();
        let count = descendants.len();
        let parent = self.state.real(&batch.parent)?;
        let top: Vec<&str> = batch.blocks.iter().filter_map(Block::id).collect();
        let mut request = document_block_descendant::create(self.document_id(), parent)
            .client_token(token)
            .children_id(top)
            .descendants(descendants);
        request.index = batch.index.and_then(|it| i64::try_from(it).ok());
        request.user_id_type.clone_from(&self.user_id_type);
        let response = self.edit(request).await?;
        self.state.revision = response.document_revision_id.or(self.state.revision);
        for relation in response.block_id_relations {
            if let (Some(temporary), Some(id)) = (relation.temporary_block_id, relation.block_id) {
                self.state.ids.insert(temporary, id);
            }
        }
        self.state.written += count;
        let merges = batch.blocks.iter().flat_map(merges).collect();
        Step::update(merges).into_iter().rev().for_each(|it| self.state.steps.push_front(it));
        let uploads = uploads(&batch.blocks, images.take().unwrap_or_default());
        if !uploads.is_empty() {
            self.state.steps.push_front(Step::Upload { images: uploads, token: random_uuid() });
        }
        Ok(())
    }

    /// Loads the images of a call before their blocks are created, so that none stays empty that
    /// nobody can fill.
    async fn load_images(
        &mut self,
        blocks: &mut [Block],
    ) -> Result<HashMap<String, FilePart>, DocumentError> {
        let mut parts = HashMap::new();
        let mut left: Vec<&mut Block> = blocks.iter_mut().collect();
        while let Some(block) = left.pop() {
            if block.kind() == Kind::Image {
                let source = source(block);
                let part = match self.state.loaded.get_mut(&source).and_then(Vec::pop) {
                    Some(part) => Some(part),
                    None => self.loader.load(&self.client, &source).await?,
                };
                match (part.filter(fits), block.id()) {
                    (Some(part), Some(id)) => drop(parts.insert(id.to_owned(), part)),
                    _ => {
                        self.state.losses.push(Loss::of_image(&source));
                        substitute(block, &source);
                    }
                }
            }
            left.extend(block.children.iter_mut());
        }
        Ok(parts)
    }

    async fn upload(&mut self, images: &mut [Image], token: &str) -> Result<(), DocumentError> {
        let document_id = self.document_id();
        let mut requests = Vec::new();
        for image in images {
            let block_id = self.state.real(&image.block)?;
            let uploaded = match &image.uploaded {
                Some(uploaded) => uploaded.clone(),
                None => {
                    let size = image.part.len().ok().flatten().unwrap_or(0);
                    let upload = media::upload(&document_id, &block_id, image.part.clone(), size);
                    self.state.calls += 1;
                    let uploaded = self.client.send(upload).await?.file_token;
                    image.uploaded.insert(uploaded).clone()
                }
            };
            let replace = ReplaceImageRequest {
                caption: image.caption.clone(),
                ..ReplaceImageRequest::new()
            };
            let request =
                UpdateBlockRequest::new().block_id(block_id).replace_image(replace.token(uploaded));
            requests.push(request);
        }
        let request =
            document_block::batch_update(document_id).client_token(token).requests(requests);
        let response = self.edit(request).await?;
        self.state.revision = response.document_revision_id.or(self.state.revision);
        Ok(())
    }

    async fn update(
        &mut self,
        requests: &[(Place, UpdateBlockRequest)],
        token: &str,
    ) -> Result<(), DocumentError> {
        let mut all = Vec::new();
        for (place, request) in requests {
            all.push(request.clone().block_id(self.state.real(place)?));
        }
        let mut request =
            document_block::batch_update(self.document_id()).client_token(token).requests(all);
        request.user_id_type.clone_from(&self.user_id_type);
        let response = self.edit(request).await?;
        self.state.revision = response.document_revision_id.or(self.state.revision);
        self.state.updated += requests.iter().filter(|it| matches!(it.0, Place::Real(_))).count();
        Ok(())
    }
}

/// An image is created empty, because its content belongs to its block.
fn bare_image(mut fields: v1::Block) -> v1::Block {
    if let Some(image) = &mut fields.image {
        **image = ImageContent { align: image.align, ..ImageContent::new() };
    }
    fields
}

fn uploads(blocks: &[Block], mut parts: HashMap<String, FilePart>) -> Vec<Image> {
    let mut images = Vec::new();
    let mut left: Vec<&Block> = blocks.iter().rev().collect();
    while let Some(block) = left.pop() {
        if let Some(id) = block.id()
            && let Some(part) = parts.remove(id)
        {
            let caption = block.fields().image.as_ref().and_then(|it| it.caption.clone());
            images.push(Image {
                block: Place::Temporary(id.to_owned()),
                part,
                caption,
                uploaded: None,
            });
        }
        left.extend(block.children().iter().rev());
    }
    images
}
