//! A response: its envelope, its body, and every code with which a call is rejected.

mod body;
pub(crate) mod codes;
mod envelope;
mod rejection;

pub(crate) use body::ResponseBody;
pub(crate) use codes::{ErrorCode, OAuthError};
pub(crate) use envelope::Response;
pub(crate) use rejection::Rejection;
