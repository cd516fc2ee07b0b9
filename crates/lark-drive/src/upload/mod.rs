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
//! Up to [`SINGLE_LIMIT`] a file goes in one request, beyond that in parts: several at a time, each
//! with its checksum, each sent again if it fails. What has arrived is remembered, so that an upload
//! that was interrupted goes on where it stopped, in this process or another:
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
//! Of a file at a path about 1 MiB is in memory for each part that is on its way, however large file
//! and parts are: it is read twice, for the checksum, which travels first, and as it is sent. Bytes
//! ([`Source::bytes`]) are sent from where they are, without a copy.

mod call;
mod error;
mod job;
mod parts;
mod retry;
mod source;
mod state;
mod target;

pub use self::error::UploadError;
pub use self::job::{Upload, Uploaded};
pub use self::source::Source;
pub use self::state::UploadState;

use lark_core::Client;

use self::target::{Kind, Target};

/// The largest file that goes in one request, in bytes: 20 MB. The platform refuses more with
/// 1061043. Source: the official pages of `drive.v1.file.upload_all` and `drive.v1.media.upload_all`.
pub const SINGLE_LIMIT: u64 = 20 * 1024 * 1024;

/// How long the platform keeps an upload that is not finished: 24 hours. Then its parts are refused
/// with 1061021. Source: the official page of `drive.v1.file.upload_prepare`.
pub const UPLOAD_LIFETIME: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// How many calls of each kind the platform takes in a second, of an app in a tenant; 10,000 in a
/// day besides. Beyond that it asks to try again (1061045), which an upload does. Source: the
/// official page of `drive.v1.file.upload_part`.
pub const CALLS_PER_SECOND: u32 = 5;

/// Uploads a file to Drive. Say where to by [`folder`](Upload::folder) or [`wiki`](Upload::wiki).
#[must_use = "an upload does nothing until it is sent"]
pub fn file(client: &Client, source: impl Into<Source>) -> Upload {
    Upload::new(client, source.into(), Target::new(Kind::File))
}

/// Uploads a media: an image or attachment of a document, sheet or base. Say of which by
/// [`media_parent`](Upload::media_parent).
#[must_use = "an upload does nothing until it is sent"]
pub fn media(client: &Client, source: impl Into<Source>) -> Upload {
    Upload::new(client, source.into(), Target::new(Kind::Media))
}

/// Goes on with an upload in parts that was interrupted. The source must be the one it began with,
/// unchanged, and the client must act for the same app or user.
#[must_use = "an upload does nothing until it is sent"]
pub fn resume(client: &Client, source: impl Into<Source>, state: UploadState) -> Upload {
    Upload::new(client, source.into(), Target::new(state.kind)).with_state(state)
}

/// The checksum of a file or part as the platform wants it: Adler-32 in decimal digits.
///
/// ```
/// assert_eq!(lark_drive::upload::checksum(b"Wikipedia"), "300286872");
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    adler2::adler32_slice(bytes).to_string()
}
