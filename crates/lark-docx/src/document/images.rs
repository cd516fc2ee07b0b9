//! Images: from the platform into a folder, and from wherever they are to the platform.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use lark_core::{Client, FilePart};

use super::{DocumentError, media};
use crate::block::{Block, Kind, RichText};
use crate::markdown::SCHEME;

/// The largest image that the platform takes, in bytes.
pub(super) const MAX_BYTES: u64 = 20 << 20;

/// The link of an image, by its token.
pub(super) type LinkOf = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Where images of an export go.
pub(super) enum Saver {
    Folder { folder: PathBuf, link: String },
    Links(LinkOf),
}

/// Saves an image; its link, or why the platform does not give it away.
pub(super) async fn save(
    client: &Client,
    saver: &Saver,
    token: &str,
) -> Result<Result<Option<String>, String>, DocumentError> {
    let (folder, link) = match saver {
        Saver::Links(links) => return Ok(Ok(links(token))),
        Saver::Folder { folder, link } => (folder, link.trim_end_matches('/')),
    };
    let failed =
        |path: &Path, error| DocumentError::File { path: path.display().to_string(), error };
    // A token is a part of a path, so it has to be nothing else.
    if !token.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '-') {
        return Ok(Err("the token is not one of an image".to_owned()));
    }
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let name = match present(folder, token).map_err(|error| failed(folder, error))? {
        Some(name) => name,
        None => {
            let download = match client.send(media::download(token)).await {
                Ok(download) => download,
                Err(error) if error.api().is_some() && !error.is_transient() => {
                    return Ok(Err(error.to_string()));
                }
                Err(error) => return Err(error.into()),
            };
            let name =
                format!("{token}{}", extension(download.content_type(), download.file_name()));
            download.save_to(folder.join(&name)).await?;
            name
        }
    };
    Ok(Ok(Some(if link.is_empty() { name } else { format!("{link}/{name}") })))
}

/// The file of an image that was saved before.
fn present(folder: &Path, token: &str) -> io::Result<Option<String>> {
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let is_finished = !name.ends_with(".part") && !name.ends_with(".tmp");
        if stem == token && is_finished {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn extension(content_type: Option<&str>, name: Option<String>) -> String {
    let known = [
        ("image/png", ".png"),
        ("image/jpeg", ".jpg"),
        ("image/gif", ".gif"),
        ("image/webp", ".webp"),
        ("image/svg+xml", ".svg"),
        ("image/bmp", ".bmp"),
        ("image/tiff", ".tiff"),
    ];
    let found = content_type.and_then(|it| known.iter().find(|(kind, _)| it.starts_with(kind)));
    if let Some((_, extension)) = found {
        return (*extension).to_owned();
    }
    let extension = name.as_deref().and_then(|it| Path::new(it).extension()?.to_str());
    let is_plain = |it: &&str| it.chars().all(|c| c.is_ascii_alphanumeric());
    extension.filter(is_plain).map(|it| format!(".{it}")).unwrap_or_default()
}

/// A future of a part, or of nothing if there is no such image.
pub(super) type Loaded = Pin<Box<dyn Future<Output = io::Result<Option<FilePart>>> + Send>>;

/// Where images of a document that is written come from.
#[derive(Clone)]
pub(super) enum Loader {
    Nowhere,
    Folder(PathBuf),
    Callback(Arc<dyn Fn(String) -> Loaded + Send + Sync>),
}

impl Loader {
    /// Whether there is the folder that images come from.
    pub(super) fn check(&self) -> Result<(), DocumentError> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let failed = |error| DocumentError::File { path: folder.display().to_string(), error };
        folder.canonicalize().map(drop).map_err(failed)
    }

    /// The content of an image; `None` if there is no such image, or nobody may read it.
    pub(super) async fn load(
        &self,
        client: &Client,
        source: &str,
    ) -> Result<Option<FilePart>, DocumentError> {
        let failed = |path, error| DocumentError::File { path, error };
        if let Some(token) = source.strip_prefix(SCHEME).and_then(|it| it.strip_prefix("image/")) {
            return copy(client, token).await;
        }
        match self {
            Self::Nowhere => Ok(None),
            Self::Folder(folder) => {
                within(folder, source).map_err(|error| failed(folder.display().to_string(), error))
            }
            Self::Callback(load) => {
                load(source.to_owned()).await.map_err(|error| failed(source.to_owned(), error))
            }
        }
    }
}

/// An image of another document, which belongs to its block there.
async fn copy(client: &Client, token: &str) -> Result<Option<FilePart>, DocumentError> {
    let content = media::content(client, token).await?;
    Ok(content.map(|(name, bytes)| FilePart::bytes(name.replace('/', "_"), bytes)))
}

/// A file below a folder; an error is that of the folder. Markdown from elsewhere must not read what is not in it.
fn within(folder: &Path, source: &str) -> io::Result<Option<FilePart>> {
    if source.contains("://") {
        return Ok(None);
    }
    let decoded = percent_encoding::percent_decode_str(source).decode_utf8_lossy();
    let candidates: HashSet<&str> = [source, decoded.as_ref()].into();
    let folder = folder.canonicalize()?;
    for candidate in candidates {
        let Ok(path) = folder.join(candidate).canonicalize() else { continue };
        if path.starts_with(&folder) && path.is_file() {
            return Ok(Some(FilePart::path(path)));
        }
    }
    Ok(None)
}

/// Whether the platform takes it as an image.
pub(super) fn fits(part: &FilePart) -> bool {
    matches!(part.len(), Ok(Some(1..=MAX_BYTES)))
}

/// Whether one of the blocks is an image that is a file.
pub(super) fn has_files(block: &Block) -> bool {
    let is_file = |source: &str| !source.contains("://") && !source.starts_with(SCHEME);
    let is_image = block.kind() == Kind::Image;
    is_image && block.image_source().is_some_and(is_file) || block.children().iter().any(has_files)
}

/// Where the content of an image is: where it is said to be, or in another document.
pub(super) fn source(block: &Block) -> String {
    let token = block.fields().image.as_ref().and_then(|it| it.token.as_ref());
    match (block.image_source(), token) {
        (Some(source), _) => source.to_owned(),
        (None, Some(token)) => format!("{SCHEME}image/{token}"),
        (None, None) => String::new(),
    }
}

/// A link in the place of an image.
pub(super) fn substitute(block: &mut Block, source: &str) {
    let caption = block.fields().image.as_ref().and_then(|it| it.caption.as_ref()?.content.clone());
    let label = caption.filter(|it| !it.is_empty()).unwrap_or_else(|| source.to_owned());
    let text = match source.contains("://") {
        true => RichText::new().link(label, source),
        false => RichText::new().text(label),
    };
    let id = block.fields.block_id.take();
    *block = Block::text(text);
    block.fields.block_id = id;
}
