//! Tokens: which are issued, how long they live, and who may call what with them.

mod endpoint;
mod marketplace;
mod refusal_status;
mod tickets;
mod tokens;

pub(crate) use endpoint::{is_auth_endpoint, issue, issues_tokens, token_endpoint};
pub(crate) use refusal_status::RefusalStatus;
pub(crate) use tickets::Tickets;
pub(crate) use tokens::{Issued, Slot, Tokens, UserPart};
