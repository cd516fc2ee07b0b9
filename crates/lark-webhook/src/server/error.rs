//! Errors of starting a server.

use std::{error, fmt, io};

use lark_core::__private::invalid_config;

/// Why a server could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The settings contradict each other, in the way that the text says.
    InvalidConfig(String),
    /// The server cannot listen on the address.
    Listen {
        /// The address.
        address: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The signals that stop the server cannot be received.
    Signal(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidConfig(why) => f.write_str(why),
            Self::Listen { address, .. } => write!(f, "cannot listen on {address}"),
            Self::Signal(_) => f.write_str("cannot receive the signals that stop the server"),
        }
    }
}

impl error::Error for ServeError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::InvalidConfig(_) => None,
            Self::Listen { source, .. } | Self::Signal(source) => Some(source),
        }
    }
}

/// Lets `?` convert to the error of the other crates.
impl From<ServeError> for lark_core::Error {
    fn from(error: ServeError) -> Self {
        invalid_config(match error {
            ServeError::InvalidConfig(why) => why,
            ServeError::Listen { ref source, .. } | ServeError::Signal(ref source) => {
                format!("{error}: {source}")
            }
        })
    }
}
