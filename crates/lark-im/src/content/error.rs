//! Errors of contents.

use std::{error, fmt};

use lark_core::__private::read_value;
use serde_json::{Value, error::Category};

/// A content that cannot be sent or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentError {
    /// The text is not JSON.
    #[non_exhaustive]
    InvalidJson {
        /// Type of the message, `interactive` for a card.
        msg_type: String,
        /// Line of the error, from 1.
        line: usize,
        /// Column of the error, from 1, in bytes.
        column: usize,
        /// The error of the parser.
        reason: String,
    },
    /// The text is JSON, but not an object.
    #[non_exhaustive]
    NotAnObject {
        /// Type of the message.
        msg_type: String,
    },
    /// The content exceeds the platform's limit for this type of message (its code is 230025).
    #[non_exhaustive]
    TooLarge {
        /// Type of the message.
        msg_type: String,
        /// Size of the content, in bytes.
        size: usize,
        /// Maximum size, in bytes.
        limit: usize,
    },
    /// The card exceeds the platform's limit of elements (its code is 230099, inner code 11310).
    #[non_exhaustive]
    TooManyElements {
        /// Number of elements of the card.
        count: usize,
        /// Maximum number of elements.
        limit: usize,
    },
    /// The card exceeds the platform's limit of tables (its code is 230099, inner code 11310).
    #[non_exhaustive]
    TooManyTables {
        /// Number of tables of the card, in Markdown and as components.
        count: usize,
        /// Maximum number of tables.
        limit: usize,
    },
    /// Custom bots do not support this type of message.
    #[non_exhaustive]
    NotForCustomBot {
        /// Type of the message.
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
            Self::TooManyTables { count, limit } => write!(
                f,
                "interactive: the card has {count} tables, in Markdown or as components; the limit \
                 is {limit}"
            ),
            Self::NotForCustomBot { msg_type } => {
                write!(f, "{msg_type}: a custom bot cannot send this kind of message")
            }
        }
    }
}

impl error::Error for ContentError {}

/// Parses a JSON object that is to be sent.
pub(super) fn parse_object(msg_type: &str, json: &str) -> Result<Value, ContentError> {
    object(msg_type, serde_json::from_str(json))
}

/// Parses a JSON object that was received: one odd value, such as half a surrogate pair, does not spoil
/// the rest of a message.
pub(super) fn read_object(msg_type: &str, json: &str) -> Result<Value, ContentError> {
    object(msg_type, read_value(json.as_bytes()))
}

fn object(msg_type: &str, parsed: serde_json::Result<Value>) -> Result<Value, ContentError> {
    match parsed {
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
