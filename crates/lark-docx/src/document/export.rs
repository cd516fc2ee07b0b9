//! Documents as Markdown.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;

use lark_core::Client;

use super::DocumentError;
use super::images::{Saver, save};
use super::read::read_with;
use crate::block::{Block, Kind, RichText};
use crate::markdown::{self, Options};

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

/// An export: its settings. Awaiting it makes the calls.
#[must_use = "an export does nothing until it is awaited"]
pub struct Export {
    client: Client,
    document_id: String,
    options: Options,
    saver: Option<Saver>,
    title: bool,
}

/// A document as Markdown, with all pages of its blocks, of a single revision.
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

    async fn run(mut self) -> Result<Exported, DocumentError> {
        let document = read_with(&self.client, &self.document_id, None).await?;
        let mut images = BTreeMap::new();
        let mut missing_images = BTreeMap::new();
        if let Some(saver) = &self.saver {
            let mut tokens = Vec::new();
            image_tokens(&document.page, &mut tokens);
            for token in tokens {
                match save(&self.client, saver, &token).await? {
                    Ok(Some(link)) => {
                        self.options = self.options.image_link(&token, &link);
                        images.insert(token, link);
                    }
                    Ok(None) => {}
                    Err(reason) => drop(missing_images.insert(token, reason)),
                }
            }
        }
        let mut markdown = markdown::render(document.page.children(), &self.options);
        if self.title && !document.title.is_empty() {
            let title = Block::heading(1, RichText::new().text(&document.title));
            markdown = format!("{}\n{markdown}", markdown::render(&[title], &self.options));
        }
        Ok(Exported {
            markdown: ended(&markdown),
            title: document.title,
            revision: document.revision,
            blocks: document.page.count(),
            images,
            missing_images,
        })
    }
}

impl IntoFuture for Export {
    type Output = Result<Exported, DocumentError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// One line break at the end, unless there is nothing.
fn ended(markdown: &str) -> String {
    let text = markdown.trim_end_matches('\n');
    if text.is_empty() { String::new() } else { format!("{text}\n") }
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
