//! What all parts of the platform have in common.

use super::Call;
use crate::http::{Rejection, Response};
use crate::services::Services;

/// A part of the platform: some operations and what they remember.
pub(crate) trait Part: Send + Sync {
    /// What is checked before the part gets a call.
    fn checks(&self) -> Checks {
        Checks::All
    }

    /// Responds to a call. None for an operation without state, whose response is then made from its
    /// schema.
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>>;
}

/// What the gateway checks before the platform gets a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    /// The token, the rate limit, and parameters and body against the spec.
    All,
    /// The same without the limits of the body: the part has codes of its own for what is beyond them.
    AllButLimits,
    /// The token, if the operation takes any, and the rate limit. The part reads the rest itself.
    Admission,
    /// Nothing: the part does it all itself.
    Nothing,
}

impl Checks {
    /// A call that passes them fits the spec, and a response made from it will do.
    pub(crate) fn fit_the_spec(self) -> bool {
        matches!(self, Self::All | Self::AllButLimits)
    }
}

/// Whether a token that nobody made here is one that a real platform would have made: those have capitals. Samples
/// and the tokens of examples have none, and are taken as those of something that was there before.
pub(super) fn is_of_a_platform(token: &str) -> bool {
    token.contains(|it: char| it.is_ascii_uppercase())
}

/// A success with `data`.
pub(super) fn data<T: Into<Option<serde_json::Value>>>(
    result: Result<T, Rejection>,
) -> Option<Result<Response, Rejection>> {
    Some(result.map(|data| Response::success(data.into())))
}

/// A success without `data`.
pub(super) fn no_data(result: Result<(), Rejection>) -> Option<Result<Response, Rejection>> {
    data(result.map(|()| None))
}
