//! Why a document or file was not converted.

use std::time::Duration;
use std::{error, fmt};

use crate::upload::UploadError;

/// Why a document or file was not converted.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConvertError {
    /// The platform has no such conversion. Nothing was sent.
    #[non_exhaustive]
    Unsupported {
        /// What is wrong.
        reason: String,
    },
    /// The file could not be uploaded.
    Upload(UploadError),
    /// A call failed, after its retries.
    #[non_exhaustive]
    Call {
        /// The task, if there is one already.
        ticket: Option<String>,
        /// What happened.
        error: lark_core::Error,
    },
    /// The platform gave up the task.
    #[non_exhaustive]
    Failed {
        /// The task.
        ticket: String,
        /// `job_status`: see `ExportTaskJobStatus` and `ImportTaskJobStatus` in [`v1`](crate::v1).
        status: i64,
        /// What the platform says.
        message: String,
    },
    /// The task takes longer than the time limit. It goes on.
    #[non_exhaustive]
    Unfinished {
        /// The task.
        ticket: String,
        /// How long it was waited for.
        waited: Duration,
    },
}

impl ConvertError {
    /// The task, to go on waiting for it with [`export_of_ticket`](super::export_of_ticket) or
    /// [`import_of_ticket`](super::import_of_ticket); `None` if there is none, or if it has failed.
    #[must_use]
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Self::Call { ticket, .. } => ticket.as_deref(),
            Self::Unfinished { ticket, .. } => Some(ticket),
            Self::Unsupported { .. } | Self::Upload(_) | Self::Failed { .. } => None,
        }
    }

    /// The error of the call that failed, if it is one.
    #[must_use]
    pub fn call_error(&self) -> Option<&lark_core::Error> {
        match self {
            Self::Call { error, .. } => Some(error),
            Self::Upload(error) => error.call_error(),
            _ => None,
        }
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { reason } => f.write_str(reason),
            Self::Upload(error) => error.fmt(f),
            Self::Call { ticket: Some(ticket), error } => write!(f, "task {ticket}: {error}"),
            Self::Call { ticket: None, error } => error.fmt(f),
            Self::Failed { ticket, status, message } => {
                write!(f, "task {ticket} failed with status {status}: {message}")
            }
            Self::Unfinished { ticket, waited } => {
                write!(f, "task {ticket} is not done after {} s", waited.as_secs())
            }
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for ConvertError {}

impl From<UploadError> for ConvertError {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

/// A call before there is a task.
impl From<lark_core::Error> for ConvertError {
    fn from(error: lark_core::Error) -> Self {
        Self::Call { ticket: None, error }
    }
}
