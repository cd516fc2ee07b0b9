//! What can be wrong with a content before the network is used.

use std::{error, fmt};

use serde_json::{Value, error::Category};

/// A content that cannot be sent or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentError {
    /// The text is not JSON.
    #[non_exhaustive]
    InvalidJson {
        /// Kind of the message, `interactive` for a card.
        msg_type: String,
        /// Line of the mistake, from 1.
        line: usize,
        /// Column of the mistake, from 1, in bytes.
        column: usize,
        /// What the parser expected there.
        reason: String,
    },
    /// The text is JSON, but not an object.
    #[non_exhaustive]
    NotAnObject {
        /// Kind of the message.
        msg_type: String,
    },
    /// The content is larger than the platform accepts for this kind (code 230025 there).
    #[non_exhaustive]
    TooLarge {
        /// Kind of the message.
        msg_type: String,
        /// Size of the content, in bytes.
        size: usize,
        /// Largest size the platform accepts, in bytes.
        limit: usize,
    },
    /// The card has more elements than the platform accepts (inner code 11310 of code 230099 there).
    #[non_exhaustive]
    TooManyElements {
        /// How many it has.
        count: usize,
        /// Most that the platform accepts.
        limit: usize,
    },
    /// A custom bot cannot send this kind of message.
    #[non_exhaustive]
    NotForHook {
        /// Kind of the message.
        msg_type: String,
    },
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidJson { msg_type, line, column, reason } => write!(
                f,
                "{msg_type}: content is not valid json at line {line}, column {column}: {reason}"
            ),
            Self::NotAnObject { msg_type } => {
                write!(f, "{msg_type}: content is not a json object")
            }
            Self::TooLarge { msg_type, size, limit } => {
                write!(f, "{msg_type}: content is {size} bytes, the limit is {limit}")
            }
            Self::TooManyElements { count, limit } => {
                write!(f, "interactive: the card has {count} elements, the limit is {limit}")
            }
            Self::NotForHook { msg_type } => {
                write!(f, "{msg_type}: a custom bot cannot send this kind of message")
            }
        }
    }
}

impl error::Error for ContentError {}

/// Reads a JSON object, or says where the text stops being one.
pub(super) fn parse_object(msg_type: &str, json: &str) -> Result<Value, ContentError> {
    match serde_json::from_str::<Value>(json) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(ContentError::NotAnObject { msg_type: msg_type.to_owned() }),
        Err(error) => Err(invalid_json(msg_type, &error)),
    }
}

fn invalid_json(msg_type: &str, error: &serde_json::Error) -> ContentError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    // serde_json ends its message with the position, which has fields of its own here.
    let position = format!(" at line {line} column {column}");
    let reason = match error.classify() {
        Category::Eof => "the text ends too early".to_owned(),
        _ => message.strip_suffix(&position).unwrap_or(&message).to_owned(),
    };
    ContentError::InvalidJson { msg_type: msg_type.to_owned(), line, column, reason }
}
