//! Errors of uploads.

use std::{error, fmt, io};

use lark_core::__private::codes;

/// Why an upload failed. Errors of the file itself are found before anything is sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// The file does not exist or cannot be read.
    #[non_exhaustive]
    Read {
        /// The path.
        path: String,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The path is a directory, or something else without a size.
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: String,
    },
    /// The file is empty, which the platform does not accept.
    #[non_exhaustive]
    Empty {
        /// The path or name.
        name: String,
    },
    /// The parent or the name of the file is missing.
    #[non_exhaustive]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },
    /// The name of the file contains a slash.
    #[non_exhaustive]
    InvalidName {
        /// The name.
        name: String,
    },
    /// The file is too large for one request. It was not read.
    #[non_exhaustive]
    TooLarge {
        /// The path or name.
        name: String,
        /// Its size, in bytes.
        size: u64,
        /// The maximum size, in bytes.
        limit: u64,
    },
    /// The file has changed since the upload began: its size or modification time differs.
    #[non_exhaustive]
    Changed {
        /// The path or name.
        name: String,
    },
    /// The state of an upload cannot be used.
    #[non_exhaustive]
    InvalidState {
        /// The reason.
        reason: String,
    },
    /// The platform asks for implausible parts.
    #[non_exhaustive]
    InvalidParts {
        /// Their number and size.
        reason: String,
    },
    /// A call failed, after its retries.
    Call(lark_core::Error),
}

impl UploadError {
    /// The error of the call that failed, if it is one.
    #[must_use]
    pub fn call_error(&self) -> Option<&lark_core::Error> {
        match self {
            Self::Call(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the platform does not know the upload any more (1061021), because it is older than
    /// [`UPLOAD_LIFETIME`](super::UPLOAD_LIFETIME) or complete: start a new one. If only the response to
    /// the last call was lost, the file may exist.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.call_error().and_then(lark_core::Error::code) == Some(codes::UPLOAD_EXPIRED)
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
            Self::InvalidName { name } => write!(f, "upload: the file name {name:?} has a slash"),
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
            Self::InvalidState { reason } => write!(f, "state of an upload: {reason}"),
            Self::InvalidParts { reason } => write!(f, "upload: {reason}"),
            Self::Call(error) => write!(f, "upload: {error}"),
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for UploadError {}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn its_text_has_the_cause_so_its_chain_has_not() {
        let error = io::Error::new(io::ErrorKind::NotFound, "gone");
        let error = UploadError::Read { path: "a.bin".to_owned(), error };
        assert_eq!(error.to_string(), "upload of a.bin: gone");
        assert!(error.source().is_none());
    }
}
