//! What went wrong, without the place.

use std::fmt;
use std::time::Duration;

use super::{ApiError, FileError, PageLoop};
use crate::store::StoreError;
use crate::transport::TransportError;
use crate::wire::Drift;

/// What went wrong.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    /// A mistake of the caller; the text says what to do.
    Rejected(String),
    /// A user must sign in; the text says which user and why.
    SignIn(String),
    /// There is no app ticket; the text says what the SDK does about it.
    NoTicket(String),
    /// Required inputs without a value.
    Missing(Vec<String>),
    /// No response.
    Transport(TransportError),
    /// The whole call took longer than allowed; the error of the previous attempt.
    Deadline { limit: Duration, last: Option<Box<Self>> },
    /// A rate limit that others have met lasts for this time, which is beyond the timeout.
    Throttled(Duration),
    /// Other calls were ahead of it under a rate limit until its deadline.
    NotAdmitted(Duration),
    /// `code` is not zero.
    Api(ApiError),
    /// A response that is not a JSON envelope: why not, and its first bytes, if it has any.
    NotAnEnvelope { why: String, start: String },
    /// A file on this machine cannot be read or written.
    File(FileError),
    /// A store failed.
    Store(StoreError),
    /// Differences that strict decoding found.
    Drift(Vec<Drift>),
    /// A page leads back to an earlier page.
    PageLoop(PageLoop),
}

impl Cause {
    /// Whether the platform asked to slow down, even if the call then waited until its timeout.
    pub(super) fn is_rate_limit(&self) -> bool {
        match self {
            Self::Throttled(_) | Self::NotAdmitted(_) => true,
            Self::Deadline { last: Some(last), .. } => last.is_rate_limit(),
            Self::Api(api) => api.is_rate_limited(),
            _ => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(why) | Self::SignIn(why) | Self::NoTicket(why) => f.write_str(why),
            Self::Missing(names) => write!(f, "missing {}", names.join(", ")),
            Self::Transport(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Deadline { limit, last: None } => write!(f, "no response within {limit:?}"),
            Self::Deadline { limit, last: Some(last) } => {
                write!(f, "no response within {limit:?}, the attempt before: {}", last)
            }
            Self::Throttled(wait) => {
                let seconds = ((wait.as_millis() + 500) / 1000).max(1);
                write!(f, "its rate limit lasts for {seconds} s more, beyond the timeout")
            }
            Self::NotAdmitted(limit) => {
                write!(f, "its rate limit gave it no turn within {limit:?}")
            }
            Self::Api(api) => api.fmt(f),
            Self::PageLoop(circle) => circle.fmt(f),
            Self::NotAnEnvelope { why, start } if start.is_empty() => f.write_str(why),
            Self::NotAnEnvelope { why, start } => write!(f, "{why}; the response starts {start}"),
            Self::Drift(drifts) => {
                let places: Vec<_> = drifts.iter().map(ToString::to_string).collect();
                write!(f, "the response differs from the spec: {}", places.join("; "))
            }
        }
    }
}
