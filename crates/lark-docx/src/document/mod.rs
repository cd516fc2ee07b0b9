//! Documents as Markdown and back, by calls: reading, creating, appending, replacing, and changing only
//! what differs.
//!
//! ```no_run
//! # async fn documents(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_docx::document;
//!
//! let exported = document::to_markdown(&client, "doxcnePuYufKa49ISjhD8Ih0ikh").await?;
//! let edited = exported.markdown.replace("draft", "final");
//! // Blocks that did not change keep their ids, comments and history.
//! document::sync(&client, "doxcnePuYufKa49ISjhD8Ih0ikh", &edited).await?;
//!
//! let written = document::from_markdown(&client, "- [ ] measure")
//!     .title("Plan")
//!     .folder("Ql2gfsDmllszMzdp9pjc5NMwnUf")
//!     .await?;
//! println!("{} blocks in {}", written.blocks, written.document_id);
//! # Ok(())
//! # }
//! ```
//!
//! Calls are retried by the client. What is left after that is in [`WriteError`], which goes on where
//! it stopped. An edit of a document takes a third of a second: the platform takes 3 a second.

mod batch;
mod error;
mod export;
mod grow;
mod images;
mod media;
mod pace;
mod plan;
mod prepare;
mod read;
mod remove;
mod run;
mod settle;
mod sink;
mod source;
mod suit;
mod sync;
mod write;

pub use self::error::{DocumentError, WriteError};
pub use self::export::{Export, Exported, Saved, to_markdown};
pub use self::read::{Document, read};
pub use self::write::{
    Progress, Write, Written, append, append_blocks, create, from_markdown, replace, sync,
};
