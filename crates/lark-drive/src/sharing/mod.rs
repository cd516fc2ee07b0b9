//! Who may do what with a document: what one that a bot made needs at once, because it belongs to the bot and
//! nobody else can open it.
//!
//! ```no_run
//! # async fn publish(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_drive::sharing::{self, Document, Member};
//! use lark_drive::v1::Perm;
//! use lark_drive::v2::LinkShareEntity;
//!
//! let document = Document::docx("doxcnePuYufKa49ISjhD8Ih0ikh");
//! sharing::share(&client, document.clone())
//!     .with(Member::user("ou_7d8a6e6df7621556ce0d21922b676706"), Perm::Edit)
//!     .with(Member::chat("oc_a0553eda9014c201e6969b478895c230"), Perm::View)
//!     .await?;
//! sharing::share_by_link(&client, &document, LinkShareEntity::TenantReadable).await?;
//! sharing::transfer_owner(&client, document, Member::user("ou_7d8a6e6df7621556ce0d21922b676706"))
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! A bot is no member by its open id: the platform rejects that with 1063003
//! ([`CODE_MEMBER_NOT_ALLOWED`]). [`Member::app`] takes the id of its app.

mod document;
mod error;
mod link;
mod member;
mod owner;
mod share;

pub use self::document::Document;
pub use self::error::ShareError;
pub use self::link::share_by_link;
pub use self::member::Member;
pub use self::owner::{TransferOwner, transfer_owner};
pub use self::share::{Share, share};

/// The platform does not take this member: a bot by its open id, somebody who left, or whom the settings of
/// the tenant exclude.
pub const CODE_MEMBER_NOT_ALLOWED: i64 = 1_063_003;
