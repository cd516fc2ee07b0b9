//! Documents as Markdown.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;

use lark_core::__private::NewFile;
use lark_core::Client;

use super::DocumentError;
use super::images::{Saver, save};
use super::read::{self, Attempts, Blocks};
use super::sink::Sink;
use crate::block::{Block, Kind, RichText};
use crate::markdown::{self, Flow, Options};

/// A document as Markdown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exported {
    /// The Markdown.
    pub markdown: String,
    /// The title of the document.
    pub title: String,
    /// The revision that the Markdown is of.
    pub revision: i64,
    /// How many blocks there are.
    pub blocks: usize,
    /// Where images are, by their tokens.
    pub images: BTreeMap<String, String>,
    /// Images that could not be had, by their tokens, with the reason. Their links are
    /// `lark:image/TOKEN`.
    pub missing_images: BTreeMap<String, String>,
}

/// A document that was written to a file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Saved {
    /// The title of the document.
    pub title: String,
    /// The revision that the file is of.
    pub revision: i64,
    /// How many blocks there are.
    pub blocks: usize,
    /// Where images are, by their tokens.
    pub images: BTreeMap<String, String>,
    /// Images that could not be had, by their tokens, with the reason. Their links are
    /// `lark:image/TOKEN`.
    pub missing_images: BTreeMap<String, String>,
}

/// An export: its settings. Awaiting it makes the calls.
#[must_use = "an export does nothing until it is awaited"]
pub struct Export {
    client: Client,
    document_id: String,
    options: Options,
    saver: Option<Saver>,
    title: bool,
    preface: String,
}

/// A document as Markdown, with all pages of its blocks, of a single revision. The id is in its URL; for one in
/// a wiki it is the `obj_token` of its node, from `wiki.v2.space.get_node`.
///
/// ```no_run
/// # async fn export(client: lark_core::Client) -> Result<(), lark_docx::document::DocumentError> {
/// use lark_docx::document;
///
/// let exported = document::to_markdown(&client, "doxcnePuYufKa49ISjhD8Ih0ikh")
///     .images_to("docs/media", "media")
///     .await?;
/// # _ = exported;
/// # Ok(())
/// # }
/// ```
pub fn to_markdown(client: &Client, document_id: impl Into<String>) -> Export {
    Export {
        client: client.clone(),
        document_id: document_id.into(),
        options: Options::new(),
        saver: None,
        title: false,
        preface: String::new(),
    }
}

impl Export {
    /// How the Markdown is written: names of users, colours, addresses.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Puts the title above the text, as a heading of level 1. Default: it is left to
    /// [`Exported::title`].
    pub fn with_title(mut self) -> Self {
        self.title = true;
        self
    }

    /// Downloads images to a folder, which is created; the Markdown links to them under `link`, the
    /// way from the Markdown to the folder. Images that are there already, by their tokens, are
    /// not downloaded again.
    pub fn images_to(mut self, folder: impl Into<PathBuf>, link: impl Into<String>) -> Self {
        self.saver = Some(Saver::Folder { folder: folder.into(), link: link.into() });
        self
    }

    /// Asks for the link of each image, by its token. `None` keeps `lark:image/TOKEN`.
    pub fn image_links(
        mut self,
        link: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.saver = Some(Saver::Links(Box::new(link)));
        self
    }

    /// Puts text above the Markdown, such as front matter. It is written as it is.
    pub fn preface(mut self, text: impl Into<String>) -> Self {
        self.preface = text.into();
        self
    }

    /// Writes the Markdown to a file as it comes, in little memory: what is held are a page of blocks,
    /// and those of the block at the top of the document that is being read. The file is there, or
    /// replaces the one that is there, once it is complete.
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub async fn save_to(self, path: impl Into<PathBuf>) -> Result<Saved, DocumentError> {
        let path: PathBuf = path.into();
        let at = path.display().to_string();
        let failed = |error| DocumentError::File { path: at.clone(), error };
        let file = NewFile::create(path).await.map_err(failed)?;
        let (saved, sink) = self.write(Sink::file(file, at.clone())).await?;
        sink.finish().await?;
        Ok(saved)
    }

    /// Writes the document, again if somebody changed it meanwhile.
    async fn write(mut self, mut sink: Sink) -> Result<(Saved, Sink), DocumentError> {
        let head = read::head(&self.client, &self.document_id).await?;
        let mut attempts = Attempts::new(&self.document_id, head);
        loop {
            sink.push(&self.preface);
            if self.title && !attempts.title.is_empty() {
                let title = Block::heading(1, RichText::new().text(&attempts.title));
                sink.push(&format!("{}\n", markdown::render(&[title], &self.options)));
            }
            let written = self.write_blocks(&mut sink).await;
            let client = self.client.clone();
            let Some((blocks, Images { images, missing })) =
                attempts.settle(&client, written).await?
            else {
                sink.restart().await?;
                continue;
            };
            let Attempts { title, revision, .. } = attempts;
            let saved = Saved { title, revision, blocks, images, missing_images: missing };
            return Ok((saved, sink));
        }
    }

    /// How many blocks there are, and their images.
    async fn write_blocks(&mut self, sink: &mut Sink) -> Result<(usize, Images), DocumentError> {
        let mut blocks = Blocks::of(&self.client, &self.document_id, None);
        let (mut flow, mut images, mut count) = (Flow::default(), Images::default(), 1);
        let mut markdown = String::new();
        while let Some(block) = blocks.next().await? {
            self.save_images(&block, &mut images).await?;
            count += block.count();
            markdown.clear();
            flow.push(&block, &self.options, &mut markdown);
            sink.push(&markdown);
            sink.flush(false).await?;
        }
        blocks.page()?;
        sink.end();
        sink.flush(true).await?;
        Ok((count, images))
    }

    async fn save_images(
        &mut self,
        block: &Block,
        images: &mut Images,
    ) -> Result<(), DocumentError> {
        let Some(saver) = &self.saver else { return Ok(()) };
        let mut tokens = Vec::new();
        image_tokens(block, &mut tokens);
        for token in tokens {
            if images.images.contains_key(&token) || images.missing.contains_key(&token) {
                continue;
            }
            match save(&self.client, saver, &token).await? {
                Ok(Some(link)) => {
                    self.options.image_links.insert(token.clone(), link.clone());
                    images.images.insert(token, link);
                }
                Ok(None) => {}
                Err(reason) => drop(images.missing.insert(token, reason)),
            }
        }
        Ok(())
    }

    async fn run(self) -> Result<Exported, DocumentError> {
        let (saved, sink) = self.write(Sink::text()).await?;
        let Saved { title, revision, blocks, images, missing_images } = saved;
        let markdown = sink.into_text();
        Ok(Exported { markdown, title, revision, blocks, images, missing_images })
    }
}

/// The images of a document that were looked for.
#[derive(Default)]
struct Images {
    images: BTreeMap<String, String>,
    missing: BTreeMap<String, String>,
}

impl IntoFuture for Export {
    type Output = Result<Exported, DocumentError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

fn image_tokens(block: &Block, tokens: &mut Vec<String>) {
    if block.kind() == Kind::Image
        && let Some(token) = block.fields().image.as_ref().and_then(|it| it.token.clone())
        && !token.is_empty()
        && !tokens.contains(&token)
    {
        tokens.push(token);
    }
    block.children().iter().for_each(|it| image_tokens(it, tokens));
}
