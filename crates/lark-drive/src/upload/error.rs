//! Why an upload fails.

use std::{error, fmt, io};

use lark_core::__private::codes;

/// An upload that failed. What it says before the first call concerns the file only; nothing has
/// been sent then.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// The file is not there, or cannot be read.
    #[non_exhaustive]
    Read {
        /// The path.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The path is that of a directory, or of something else without a size.
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: String,
    },
    /// There is nothing in the file. The platform takes no empty files.
    #[non_exhaustive]
    Empty {
        /// The path or name.
        name: String,
    },
    /// It was not said where the file belongs, or under what name.
    #[non_exhaustive]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },
    /// The name of the file has a slash.
    #[non_exhaustive]
    Slash {
        /// The name.
        name: String,
    },
    /// The file is larger than may be sent in one request. It was not read.
    #[non_exhaustive]
    TooLarge {
        /// The path or name.
        name: String,
        /// Its size, in bytes.
        size: u64,
        /// The largest size that the platform takes, in bytes.
        limit: u64,
    },
    /// The file is not what it was when the upload began: its size or time of change differs.
    #[non_exhaustive]
    Changed {
        /// The path or name.
        name: String,
    },
    /// The stored state of an upload cannot be read.
    #[non_exhaustive]
    State {
        /// What is wrong with it.
        reason: String,
    },
    /// The platform wants parts that make no sense.
    #[non_exhaustive]
    Parts {
        /// What it wants.
        reason: String,
    },
    /// A call failed, also when it was made again.
    Call(lark_core::Error),
}

impl UploadError {
    /// The call that failed, if it was one.
    #[must_use]
    pub fn call(&self) -> Option<&lark_core::Error> {
        match self {
            Self::Call(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the platform has forgotten the upload (1061021), because it is older than
    /// [`UPLOAD_LIFETIME`](super::UPLOAD_LIFETIME) or was finished: it has to begin anew. After a
    /// finish whose answer was lost the file may be there.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.call().and_then(lark_core::Error::code) == Some(codes::UPLOAD_EXPIRED)
    }
}

impl From<lark_core::Error> for UploadError {
    fn from(error: lark_core::Error) -> Self {
        Self::Call(error)
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "upload of {path}: {error}"),
            Self::NotAFile { path } => write!(f, "upload of {path}: not a file"),
            Self::Empty { name } => write!(f, "upload of {name}: the file is empty"),
            Self::Slash { name } => write!(f, "upload: the file name {name:?} has a slash"),
            Self::Incomplete { what } => write!(f, "upload: {what}"),
            Self::TooLarge { name, size, limit } => {
                write!(
                    f,
                    "upload of {name}: {size} bytes are too many for one request, the limit is {limit}"
                )
            }
            Self::Changed { name } => {
                write!(f, "upload of {name}: the file has changed since the upload began")
            }
            Self::State { reason } => write!(f, "state of an upload: {reason}"),
            Self::Parts { reason } => write!(f, "upload: {reason}"),
            Self::Call(error) => write!(f, "upload: {error}"),
        }
    }
}

impl error::Error for UploadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Call(error) => error.source(),
            _ => None,
        }
    }
}
