//! Uploads of files of any size, in one call.
//!
//! ```no_run
//! use lark_core::Client;
//! use lark_drive::upload;
//!
//! # async fn run(client: Client) -> Result<(), upload::UploadError> {
//! let done = upload::file(&client, "合同 v2.pdf").folder("fldcn42").send().await?;
//! println!("{}", done.file_token);
//! # Ok(()) }
//! ```
//!
//! A file of up to [`MAX_SINGLE_REQUEST_BYTES`] is sent in one request, a larger one in parts: several
//! concurrently, each with its checksum, each retried if it fails. The state of an upload records the
//! parts that have arrived, so that an interrupted upload continues where it stopped, in this process
//! or another:
//!
//! ```no_run
//! use lark_core::Client;
//! use lark_drive::upload::{self, UploadState};
//!
//! # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let upload = match std::fs::read_to_string("video.state") {
//!     Ok(state) => upload::resume(&client, "video.mp4", UploadState::from_json(&state)?),
//!     Err(_) => upload::file(&client, "video.mp4").folder("fldcn42"),
//! };
//! let upload = upload
//!     .on_state(|state| _ = std::fs::write("video.state", state.to_json()))
//!     .on_progress(|sent, total| println!("{sent} of {total} bytes"));
//! upload.send().await?;
//! std::fs::remove_file("video.state")?;
//! # Ok(()) }
//! ```
//!
//! A file at a path uses about 1 MiB of memory for each part in progress, whatever the size of the file
//! and its parts: it is read twice, first for the checksum, which is sent before the content, then to
//! be sent. Bytes ([`Source::bytes`]) are sent without a copy.

mod builder;
mod calls;
mod error;
mod parts;
mod retry;
mod send;
mod source;
mod state;
mod target;

pub use self::builder::Upload;
pub use self::error::UploadError;
pub use self::send::UploadedFile;
pub use self::source::Source;
pub use self::state::UploadState;

use std::time::Duration;

use lark_core::Client;

use self::target::{Kind, Target};

/// Maximum size of a file that is sent in one request, in bytes: 20 MiB. The platform refuses more
/// with 1061043. Source: the official pages of `drive.v1.file.upload_all` and `drive.v1.media.upload_all`.
pub const MAX_SINGLE_REQUEST_BYTES: u64 = 20 * 1024 * 1024;

/// Time for which the platform keeps an incomplete upload: 24 hours. After that it refuses parts with
/// 1061021. Source: the official page of `drive.v1.file.upload_prepare`.
pub const UPLOAD_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Rate limit of each kind of call per app and tenant: 5 calls per second, and 10,000 per day. Beyond
/// it the platform asks to try again (1061045), and an upload does. Source: the
/// official page of `drive.v1.file.upload_part`.
pub const CALLS_PER_SECOND: u32 = 5;

/// Uploads a file to Drive. Set its place with [`folder`](Upload::folder) or [`wiki`](Upload::wiki).
#[must_use = "an upload does nothing until it is sent"]
pub fn file(client: &Client, source: impl Into<Source>) -> Upload {
    Upload::new(client, source.into(), Target::new(Kind::File))
}

/// Uploads a media: an image or attachment of a document, sheet or base. Set its parent with
/// [`media_parent`](Upload::media_parent).
#[must_use = "an upload does nothing until it is sent"]
pub fn media(client: &Client, source: impl Into<Source>) -> Upload {
    Upload::new(client, source.into(), Target::new(Kind::Media))
}

/// Continues an interrupted upload in parts. The source must be the same and unchanged, and the client
/// must act for the same app or user.
#[must_use = "an upload does nothing until it is sent"]
pub fn resume(client: &Client, source: impl Into<Source>, state: UploadState) -> Upload {
    Upload::new(client, source.into(), Target::new(state.kind)).with_state(state)
}

/// The checksum of a file or part in the platform's format: Adler-32 as a decimal number.
///
/// ```
/// assert_eq!(lark_drive::upload::checksum(b"Wikipedia"), "300286872");
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    adler2::adler32_slice(bytes).to_string()
}
