//! Why a connection ends for good.

use std::{error, fmt, io};

use lark_core::__private::invalid_config;

use crate::state::Reason;

/// Why a connection has ended for good. Whatever may pass is not here: the connection is opened
/// again.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The platform says that this app will never get a connection: wrong credentials, not allowed,
    /// or the other platform's app.
    Rejected(lark_core::Error),
    /// The server says the same when the connection is opened.
    #[non_exhaustive]
    Forbidden {
        /// Its text.
        msg: String,
    },
    /// The platform limits the number of attempts, and all have failed.
    #[non_exhaustive]
    GaveUp {
        /// How many failed in a row.
        attempts: u32,
        /// Why the last one failed.
        reason: Reason,
        /// The same, in detail.
        detail: String,
    },
    /// The client or its transport cannot open a long connection.
    InvalidConfig(String),
    /// The signals that stop the process cannot be received.
    Signal(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(error) => write!(f, "the platform rejects the app: {error}"),
            Self::Forbidden { msg } => write!(f, "the server rejects the app: {msg}"),
            Self::GaveUp { attempts, reason, detail } => {
                write!(
                    f,
                    "gave up after {attempts} attempts, as the platform asks: {reason}: {detail}"
                )
            }
            Self::InvalidConfig(why) => f.write_str(why),
            Self::Signal(error) => {
                write!(f, "cannot receive the signals that stop the process: {error}")
            }
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for Error {}

/// Lets `?` convert to the error of the other crates.
impl From<Error> for lark_core::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Rejected(error) => error,
            other => invalid_config(other.to_string()),
        }
    }
}
