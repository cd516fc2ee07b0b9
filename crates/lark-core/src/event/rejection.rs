//! Why a push is not let in.

use http::StatusCode;

/// Why a push was refused before any handler saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// The body is larger than allowed. Status 413.
    TooLarge,
    /// Not JSON, not UTF-8, or nested deeper than 128 levels. Status 400.
    BadJson,
    /// JSON, but neither an event nor a callback nor a URL check. Status 400.
    NotAnEvent,
    /// `encrypt` is not base64. Status 400.
    BadBase64,
    /// The ciphertext is not a whole number of blocks. Status 400.
    BadLength,
    /// The ciphertext was made with another key. Status 400.
    BadPadding,
    /// The push is encrypted, and the router has no encrypt key. Status 500: the setup is wrong.
    NeedEncryptKey,
    /// Unsigned although a key is set, or signed with another key. Status 401.
    BadSignature,
    /// The verification token is absent or another app's. Status 401.
    BadToken,
    /// The timestamp lies outside of the window that the router was given. Status 401.
    Stale,
    /// Strict decoding found differences from the spec. Status 500.
    Drift,
}

impl Rejection {
    pub(super) const ALL: [Self; 11] = [
        Self::TooLarge,
        Self::BadJson,
        Self::NotAnEvent,
        Self::BadBase64,
        Self::BadLength,
        Self::BadPadding,
        Self::NeedEncryptKey,
        Self::BadSignature,
        Self::BadToken,
        Self::Stale,
        Self::Drift,
    ];

    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::BadJson => "bad_json",
            Self::NotAnEvent => "not_an_event",
            Self::BadBase64 => "bad_base64",
            Self::BadLength => "bad_length",
            Self::BadPadding => "bad_padding",
            Self::NeedEncryptKey => "need_encrypt_key",
            Self::BadSignature => "bad_signature",
            Self::BadToken => "bad_token",
            Self::Stale => "stale",
            Self::Drift => "drift",
        }
    }

    /// What the operator of the receiver should know, for the log.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::TooLarge => "the body is larger than max_body_size",
            Self::BadJson => "the body is not JSON",
            Self::NotAnEvent => "JSON, but neither an event nor a callback nor a URL check",
            Self::BadBase64 => "`encrypt` is not base64",
            Self::BadLength => "`encrypt` is not an IV and whole blocks",
            Self::BadPadding => "the ciphertext was made with another encrypt key",
            Self::NeedEncryptKey => "the push is encrypted: give the router the app's encrypt key",
            Self::BadSignature => {
                "unsigned or signed with another key; an old card callback is signed with the \
                 verification token"
            }
            Self::BadToken => "the verification token is absent or not the router's",
            Self::Stale => "the timestamp is outside of max_age",
            Self::Drift => "strict decoding found differences from the spec",
        }
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadJson
            | Self::NotAnEvent
            | Self::BadBase64
            | Self::BadLength
            | Self::BadPadding => StatusCode::BAD_REQUEST,
            Self::BadSignature | Self::BadToken | Self::Stale => StatusCode::UNAUTHORIZED,
            Self::NeedEncryptKey | Self::Drift => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
