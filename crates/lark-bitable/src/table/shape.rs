//! The forms in which cells travel, by the type of their field.

use crate::v1::AppTableFieldType as Type;

/// The form of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Select,
    MultiSelect,
    Date,
    Checkbox,
    People,
    Phone,
    Link,
    Attachments,
    Records,
    Location,
    Chats,
    AutoNumber,
    /// The result of a formula or lookup: a type, and a list of values of it.
    Computed,
    /// A piece of a text.
    Segment,
    /// A person or a chat.
    Identified,
    /// A file.
    File,
    /// A type that this version of the SDK does not know, and whatever is in one that it knows.
    Json,
}

impl Shape {
    pub(super) fn of(kind: Type) -> Self {
        match kind {
            Type::Text => Self::Text,
            Type::Number => Self::Number,
            Type::SingleSelect | Type::Stage => Self::Select,
            Type::MultiSelect => Self::MultiSelect,
            Type::DateTime | Type::CreatedTime | Type::ModifiedTime => Self::Date,
            Type::Checkbox => Self::Checkbox,
            Type::User | Type::CreatedUser | Type::ModifiedUser => Self::People,
            Type::Phone => Self::Phone,
            Type::Url => Self::Link,
            Type::Attachment => Self::Attachments,
            Type::SingleLink | Type::DuplexLink => Self::Records,
            Type::Location => Self::Location,
            Type::GroupChat => Self::Chats,
            Type::AutoNumber => Self::AutoNumber,
            Type::Formula | Type::Lookup => Self::Computed,
            Type::Button | Type::Other(_) | Type::Unlisted(_) => Self::Json,
        }
    }

    /// What the elements of the list have for a form, if the cell is one.
    pub(super) fn elements(self) -> Option<Self> {
        match self {
            Self::Text => Some(Self::Segment),
            Self::People | Self::Chats => Some(Self::Identified),
            Self::Attachments => Some(Self::File),
            Self::MultiSelect | Self::Records => Some(Self::Json),
            _ => None,
        }
    }

    /// The member of an object that stands for all of it, if there is one.
    pub(super) fn name_member(self) -> Option<&'static str> {
        match self {
            Self::Identified => Some("id"),
            Self::File => Some("file_token"),
            Self::Segment => Some("text"),
            Self::Link => Some("link"),
            Self::Location => Some("location"),
            _ => None,
        }
    }
}

/// Whether the platform fills in the cells of a field itself.
pub(super) fn is_computed(kind: Type) -> bool {
    matches!(
        kind,
        Type::Formula
            | Type::Lookup
            | Type::CreatedTime
            | Type::ModifiedTime
            | Type::CreatedUser
            | Type::ModifiedUser
            | Type::AutoNumber
            | Type::Stage
            | Type::Button
    )
}
