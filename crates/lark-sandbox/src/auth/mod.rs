//! Tokens: which are issued, how long they live, and who may call what with them.

mod caller;
mod endpoint;
mod gate;
mod kind;
mod marketplace;
mod status;
mod ticket;
mod tokens;

pub(crate) use caller::Caller;
pub(crate) use endpoint::{is_auth_endpoint, issue, issues_tokens, token_endpoint};
pub(crate) use gate::authorize;
pub use kind::TokenKind;
pub(crate) use status::RefusalStatus;
pub(crate) use ticket::Tickets;
pub(crate) use tokens::{Slot, Tokens, UserPart};
