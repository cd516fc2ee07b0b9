//! Documents as files, and files as documents: tasks of the platform, with waiting for their end.
//!
//! ```no_run
//! # async fn convert(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_drive::convert;
//! use lark_drive::sharing::Document;
//! use lark_drive::v1::FileExtension;
//!
//! let document = Document::docx("doxcnePuYufKa49ISjhD8Ih0ikh");
//! let exported = convert::export(&client, document, FileExtension::Pdf).save_to("plan.pdf").await?;
//! println!("{} bytes", exported.size);
//!
//! let imported = convert::import(&client, "budget.xlsx", "sheet")
//!     .folder("fldcnqquW1svRIYVT2Np6IuLCKd")
//!     .await?;
//! println!("{}", imported.document);
//! # Ok(())
//! # }
//! ```
//!
//! Whether a task is done is asked after half a second, then less and less often. A task that takes longer than
//! five minutes is an error, whose [`ticket`](ConvertError::ticket) goes on with it.
//!
//! The content of an imported document of Markdown is up to the platform; `lark-docx` writes it block by block.

mod error;
mod export;
mod import;
mod wait;

pub use self::error::ConvertError;
pub use self::export::{Export, Exported, export, export_of_ticket};
pub use self::import::{Import, Imported, import, import_of_ticket};
