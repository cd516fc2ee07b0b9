//! What can go wrong, and the exit code for it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Something is to be mended; the text says what.
    #[error("{0}")]
    Findings(String),
    /// The specs or the configuration are wrong.
    #[error("{0}")]
    Inputs(#[from] lark_codegen::Errors),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The command cannot work as it was called.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Findings(_) => 1,
            _ => 2,
        }
    }
}
