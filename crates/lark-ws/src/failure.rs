//! What a failed attempt means.

use lark_core::TransportErrorKind;

use crate::error::Error;
use crate::state::Reason;

/// Codes of the discovery and of the handshake.
pub(crate) mod codes {
    pub(crate) const FORBIDDEN: i64 = 403;
    pub(crate) const AUTH_FAILED: i64 = 514;
    pub(crate) const TOO_MANY_CONNECTIONS: i64 = 1_000_040_350;
    /// The app is one of the other platform: of Lark instead of Feishu, or the other way round.
    pub(crate) const WRONG_PLATFORM: i64 = 1_000_040_351;
}

/// Why an attempt has failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No attempt will ever succeed.
    Never(Error),
    /// The next one may.
    Later { reason: Reason, detail: String },
}

impl Failure {
    pub(crate) fn later(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Later { reason, detail: detail.into() }
    }
}

/// The discovery has failed. Stops only at what means never: a code that is not known may pass.
impl From<lark_core::Error> for Failure {
    fn from(error: lark_core::Error) -> Self {
        match error.code() {
            Some(codes::FORBIDDEN | codes::AUTH_FAILED | codes::WRONG_PLATFORM) => {
                Self::Never(Error::Rejected(error))
            }
            Some(codes::TOO_MANY_CONNECTIONS) => {
                Self::later(Reason::TooManyConnections, error.to_string())
            }
            None if error.status().is_none() => Self::later(Reason::Unreachable, error.to_string()),
            _ => Self::later(Reason::Refused, error.to_string()),
        }
    }
}

impl From<lark_core::TransportError> for Failure {
    fn from(error: lark_core::TransportError) -> Self {
        match error.kind() {
            TransportErrorKind::Request => Self::Never(Error::InvalidConfig(error.to_string())),
            _ => Self::later(Reason::Unreachable, error.to_string()),
        }
    }
}
