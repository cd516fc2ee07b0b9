//! Images of Markdown that a document has already. A document does not say where its images come from, so
//! their content is compared.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::Path;

use lark_core::__private::read_part;
use lark_core::FilePart;

use super::images::{MAX_BYTES, fits, source, substitute};
use super::write::Write;
use super::{DocumentError, media};
use crate::block::{Block, Kind};
use crate::markdown::Loss;

/// The images of a document that none of the Markdown is known to be.
struct Candidates {
    /// Their tokens, and what is known of their content.
    images: Vec<(String, Content)>,
    hasher: RandomState,
}

#[derive(Clone, Copy, PartialEq)]
enum Content {
    Unread,
    /// The platform does not give it away.
    Withheld,
    /// The length, and a hash.
    Read(usize, u64),
}

impl Write {
    /// Decides what becomes of images before the difference is made: those of the document keep their
    /// blocks, and those that cannot be had are links.
    pub(super) async fn settle_images(
        &mut self,
        page: &Block,
        new: &mut [Block],
    ) -> Result<(), DocumentError> {
        self.state.loaded.clear();
        let mut tokens = Vec::new();
        tokens_of(page, &mut tokens);
        new.iter_mut().for_each(|it| recognize(it, &tokens));
        let mut images = Vec::new();
        new.iter_mut().for_each(|it| collect_images(it, &mut images));
        let token = |it: &Block| it.fields().image.as_ref().and_then(|image| image.token.clone());
        let (known, unknown): (Vec<_>, Vec<_>) =
            images.into_iter().partition(|it| token(it).is_some_and(|it| tokens.contains(&it)));
        let used: Vec<String> = known.iter().filter_map(|it| token(it)).collect();
        tokens.retain(|it| !used.contains(it));
        let images = tokens.into_iter().map(|it| (it, Content::Unread)).collect();
        let mut candidates = Candidates { images, hasher: RandomState::new() };
        for block in unknown {
            self.settle(block, &mut candidates).await?;
        }
        Ok(())
    }

    async fn settle(
        &mut self,
        block: &mut Block,
        candidates: &mut Candidates,
    ) -> Result<(), DocumentError> {
        let source = source(block);
        let part = self.loader.load(&self.client, &source).await?.filter(fits);
        let Some(mut part) = part else {
            self.state.losses.push(Loss::of_image(&source));
            substitute(block, &source);
            return Ok(());
        };
        if !candidates.images.is_empty() {
            let read = read_part(&part, MAX_BYTES).await;
            let bytes =
                read.map_err(|error| DocumentError::File { path: source.clone(), error })?;
            let content = candidates.content(&bytes);
            // It may be one that can be read once.
            part = FilePart::bytes(part.name(), bytes);
            if let Some(token) = self.find(candidates, content).await?
                && let Some(image) = &mut block.fields.image
            {
                image.token = Some(token);
                block.image_source = None;
                return Ok(());
            }
        }
        self.state.loaded.entry(source).or_default().push(part);
        Ok(())
    }

    /// The first image of the document with this content, which is then no candidate any more.
    async fn find(
        &self,
        candidates: &mut Candidates,
        wanted: Content,
    ) -> Result<Option<String>, DocumentError> {
        for at in 0..candidates.images.len() {
            let (token, content) = &candidates.images[at];
            let content = match content {
                Content::Unread => match media::content(&self.client, token).await? {
                    Some((_, bytes)) => candidates.content(&bytes),
                    None => Content::Withheld,
                },
                known => *known,
            };
            candidates.images[at].1 = content;
            if content == wanted {
                return Ok(Some(candidates.images.remove(at).0));
            }
        }
        Ok(None)
    }
}

impl Candidates {
    fn content(&self, bytes: &[u8]) -> Content {
        Content::Read(bytes.len(), self.hasher.hash_one(bytes))
    }
}

fn tokens_of(block: &Block, tokens: &mut Vec<String>) {
    let image = block.fields().image.as_ref();
    tokens.extend(image.and_then(|it| it.token.clone()).filter(|it| !it.is_empty()));
    block.children().iter().for_each(|it| tokens_of(it, tokens));
}

fn collect_images<'a>(block: &'a mut Block, images: &mut Vec<&'a mut Block>) {
    match block.kind() {
        Kind::Image => images.push(block),
        _ => block.children.iter_mut().for_each(|it| collect_images(it, images)),
    }
}

/// An image that an export saved under its token is the one in the document.
fn recognize(block: &mut Block, tokens: &[String]) {
    if let Some(source) = &block.image_source
        && let Some(stem) = Path::new(source).file_stem().and_then(|it| it.to_str())
        && let Some(token) = tokens.iter().find(|it| *it == stem)
        && let Some(image) = &mut block.fields.image
    {
        image.token = Some(token.clone());
        block.image_source = None;
    }
    block.children.iter_mut().for_each(|it| recognize(it, tokens));
}
