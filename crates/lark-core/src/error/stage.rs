//! How far a call got.

use std::fmt;

/// How far a failed call got. Up to [`Stage::Token`] the call itself was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// While the client was built.
    Configure,
    /// Before anything is sent: inputs are missing, no token of the right kind is available, or a
    /// file to be sent cannot be opened.
    Prepare,
    /// While a token for the call was fetched.
    Token,
    /// The request could not be sent, or no complete response arrived.
    Send,
    /// A response arrived that is not the platform's: a gateway's error page, an unknown path.
    Http,
    /// The platform rejected the call.
    Api,
    /// The platform accepted the call, but its response cannot be read.
    Decode,
    /// A file was received, but could not be saved on this machine.
    Save,
}

impl Stage {
    /// The name in one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configure => "configure",
            Self::Prepare => "prepare",
            Self::Token => "token",
            Self::Send => "send",
            Self::Http => "http",
            Self::Api => "api",
            Self::Decode => "decode",
            Self::Save => "save",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
