//! What is shared: a document by its type and token.

use std::fmt;

use crate::v1::CreatePermissionMemberType;

/// A document, folder or wiki node, by its type and token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Document {
    kind: CreatePermissionMemberType,
    token: String,
}

impl Document {
    /// A document of any type: `Document::new("slides", token)`.
    pub fn new(kind: impl Into<CreatePermissionMemberType>, token: impl Into<String>) -> Self {
        Self { kind: kind.into(), token: token.into() }
    }

    /// A document.
    pub fn docx(token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::Docx, token)
    }

    /// A spreadsheet.
    pub fn sheet(token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::Sheet, token)
    }

    /// A Base.
    pub fn bitable(token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::Bitable, token)
    }

    /// A file.
    pub fn file(token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::File, token)
    }

    /// A folder, with everything in it.
    pub fn folder(token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::Folder, token)
    }

    /// A wiki node, by its `node_token`.
    pub fn wiki(node_token: impl Into<String>) -> Self {
        Self::new(CreatePermissionMemberType::Wiki, node_token)
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &CreatePermissionMemberType {
        &self.kind
    }

    /// Its token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.token)
    }
}
