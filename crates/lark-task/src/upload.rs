//! Attachments of tasks: the request for a path, checked against the platform's limit before the
//! file is read.
//!
//! ```no_run
//! use lark_core::Client;
//!
//! # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let request = lark_task::upload::attachment("task guid", "合同 v2.pdf")?;
//! println!("{:?}", client.send(request).await?.items);
//! # Ok(()) }
//! ```

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use lark_core::FilePart;

use crate::v2;
use crate::v2::attachment::UploadAttachmentRequest;

/// The largest attachment, in bytes: 50 MB. Source: the official page of
/// `task.v2.attachment.upload`.
pub const ATTACHMENT_LIMIT: u64 = 50 * 1024 * 1024;

/// A request that attaches the file at `path` to a task, under its own name.
///
/// # Errors
/// The file is not there or cannot be read, is a directory, is empty
/// ([`ErrorKind::InvalidInput`]), or larger than [`ATTACHMENT_LIMIT`] ([`ErrorKind::FileTooLarge`]).
pub fn attachment(
    task_guid: impl Into<String>,
    path: impl AsRef<Path>,
) -> Result<UploadAttachmentRequest> {
    let file = part(path.as_ref())?;
    Ok(v2::attachment::upload().resource_type("task").resource_id(task_guid).file(file))
}

fn part(path: &Path) -> Result<FilePart> {
    let refuse = |kind, why: String| Err(Error::new(kind, format!("{}: {why}", path.display())));
    let metadata = fs::metadata(path)
        .map_err(|error| Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    match metadata.len() {
        _ if !metadata.is_file() => refuse(ErrorKind::InvalidInput, "not a file".to_owned()),
        0 => refuse(ErrorKind::InvalidInput, "the file is empty".to_owned()),
        size if size > ATTACHMENT_LIMIT => {
            let why = format!("{size} bytes, the limit is {ATTACHMENT_LIMIT}");
            refuse(ErrorKind::FileTooLarge, why)
        }
        _ => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(FilePart::bytes(name, fs::read(path)?))
        }
    }
}
