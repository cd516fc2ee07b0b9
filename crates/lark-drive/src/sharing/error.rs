//! Members that were not added.

use std::{error, fmt};

use lark_core::Error;

use super::{CODE_MEMBER_NOT_ALLOWED, Document, Member, Share};
use crate::v1::BaseMemberMemberType;

/// A member could not be added to a document; how many were, and how to go on.
pub struct ShareError {
    pub(super) cause: Error,
    pub(super) rest: Box<Share>,
}

impl ShareError {
    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.cause
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.rest.document
    }

    /// Who was not added.
    #[must_use]
    pub fn member(&self) -> Option<&Member> {
        self.rest.left.front().map(|(member, _)| member)
    }

    /// How many members were added before.
    #[must_use]
    pub fn added(&self) -> usize {
        self.rest.added
    }

    /// The rest, beginning with the member that failed.
    #[must_use = "the rest is not shared until it is awaited"]
    pub fn resume(self) -> Share {
        *self.rest
    }

    /// The rest without the member that failed.
    #[must_use = "the rest is not shared until it is awaited"]
    pub fn skip(mut self) -> Share {
        self.rest.left.pop_front();
        *self.rest
    }

    /// Whether the platform does not take the member (1063003).
    #[must_use]
    pub fn is_member_not_allowed(&self) -> bool {
        self.cause.code() == Some(CODE_MEMBER_NOT_ALLOWED)
    }
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (document, added) = (self.document(), self.added());
        match self.member() {
            Some(member) => write!(f, "{document} is not shared with {member}")?,
            None => write!(f, "{document} is not shared")?,
        }
        write!(f, " ({added} were added, {} are left): {}", self.rest.left.len(), self.cause)?;
        let is_open_id = self.member().is_some_and(|it| it.id_type == BaseMemberMemberType::OpenId);
        if self.is_member_not_allowed() && is_open_id {
            f.write_str(
                "; a bot is no member by its open id, only by the id of its app (Member::app)",
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShareError")
            .field("cause", &self.cause)
            .field("document", self.document())
            .field("member", &self.member())
            .field("added", &self.added())
            .finish_non_exhaustive()
    }
}

/// Without a source, because the text has all of it.
impl error::Error for ShareError {}
