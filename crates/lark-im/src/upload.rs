//! Files and images for messages: the request for a path, checked against the platform's limits
//! before the file is read.
//!
//! ```no_run
//! use lark_core::Client;
//!
//! # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let uploaded = client.send(lark_im::upload::file("合同 v2.pdf")?).await?;
//! println!("{:?}", uploaded.file_key);
//! # Ok(()) }
//! ```

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use lark_core::FilePart;

use crate::v1::file::CreateFileRequest;
use crate::v1::image::CreateImageRequest;
use crate::v1::{self, FileType, ImageType};

/// The largest file, in bytes: 30 MB. The platform refuses more with 234006. Source: the official
/// page of `im.v1.file.create`.
pub const FILE_LIMIT: u64 = 30 * 1024 * 1024;

/// The largest image, in bytes: 10 MB. The platform refuses more with 234006. Source: the official
/// page of `im.v1.image.create`.
pub const IMAGE_LIMIT: u64 = 10 * 1024 * 1024;

/// The largest file that can be had from a message, in bytes: 100 MB. Source: the official page of
/// `im.v1.message.resource.get`.
pub const RESOURCE_LIMIT: u64 = 100 * 1024 * 1024;

/// A request that uploads the file at `path` under its own name. Its kind is told from the name;
/// what the platform knows no kind for is a `stream`.
///
/// # Errors
/// The file is not there or cannot be read, is a directory, is empty
/// ([`ErrorKind::InvalidInput`]), or larger than [`FILE_LIMIT`] ([`ErrorKind::FileTooLarge`]).
pub fn file(path: impl AsRef<Path>) -> Result<CreateFileRequest> {
    let path = path.as_ref();
    let part = part(path, FILE_LIMIT)?;
    let name = part.name().to_owned();
    Ok(v1::file::create().file_type(kind(path)).file_name(name).file(part))
}

/// A request that uploads the image at `path` for a message.
///
/// # Errors
/// As [`file()`], with [`IMAGE_LIMIT`].
pub fn image(path: impl AsRef<Path>) -> Result<CreateImageRequest> {
    let part = part(path.as_ref(), IMAGE_LIMIT)?;
    Ok(v1::image::create().image_type(ImageType::Message).image(part))
}

fn kind(path: &Path) -> FileType {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("opus") => FileType::Opus,
        Some("mp4") => FileType::Mp4,
        Some("pdf") => FileType::Pdf,
        Some("doc" | "docx") => FileType::Doc,
        Some("xls" | "xlsx") => FileType::Xls,
        Some("ppt" | "pptx") => FileType::Ppt,
        _ => FileType::Stream,
    }
}

fn part(path: &Path, limit: u64) -> Result<FilePart> {
    let refuse = |kind, why: String| Err(Error::new(kind, format!("{}: {why}", path.display())));
    let metadata = fs::metadata(path)
        .map_err(|error| Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    match metadata.len() {
        _ if !metadata.is_file() => refuse(ErrorKind::InvalidInput, "not a file".to_owned()),
        0 => refuse(ErrorKind::InvalidInput, "the file is empty".to_owned()),
        size if size > limit => {
            refuse(ErrorKind::FileTooLarge, format!("{size} bytes, the limit is {limit}"))
        }
        _ => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(FilePart::bytes(name, fs::read(path)?))
        }
    }
}
