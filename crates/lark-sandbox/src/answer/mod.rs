//! What the sandbox sends back.

mod body;
mod delivery;
mod envelope;
pub(crate) mod faults;
mod generic;
mod pages;
mod refusal;

pub(crate) use body::AnswerBody;
pub(crate) use delivery::Delivery;
pub(crate) use envelope::Answer;
pub(crate) use faults::{Fault, OAuthFault};
pub(crate) use generic::generic;
pub(crate) use pages::Foreign;
pub(crate) use refusal::Refusal;
