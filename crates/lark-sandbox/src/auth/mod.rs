//! Tokens: which are issued, how long they live, and who may call what with them.

mod endpoint;
mod gate;
mod tokens;

pub(crate) use endpoint::{is_token_endpoint, token_endpoint};
pub(crate) use gate::authorize;
pub(crate) use tokens::{TokenKind, Tokens};

/// Who makes a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// The user of a user token; None for the app itself.
    pub(crate) open_id: Option<String>,
}
