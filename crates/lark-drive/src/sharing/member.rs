//! With whom something is shared.

use std::fmt;

use crate::v1::{BaseMemberMemberType, BaseMemberType, OwnerMemberType};

/// Somebody who may do something with a document: people, chats, departments, groups, apps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    pub(super) id: String,
    pub(super) id_type: BaseMemberMemberType,
    pub(super) kind: Option<BaseMemberType>,
}

/// How the ids of a kind begin, and whose they are.
const PREFIXES: [(&str, &str); 5] = [
    ("ou_", "a user (Member::user)"),
    ("on_", "a user by union id (Member::union_id)"),
    ("oc_", "a chat (Member::chat)"),
    ("od-", "a department (Member::department)"),
    ("cli_", "an app (Member::app)"),
];

impl Member {
    fn new(id: impl Into<String>, id_type: BaseMemberMemberType, kind: BaseMemberType) -> Self {
        Self { id: id.into(), id_type, kind: Some(kind) }
    }

    /// A person, by open id (`ou_`). The open id of a bot is not accepted: see [`app`](Self::app).
    pub fn user(open_id: impl Into<String>) -> Self {
        Self::new(open_id, BaseMemberMemberType::OpenId, BaseMemberType::User)
    }

    /// A person, by user id.
    pub fn user_id(user_id: impl Into<String>) -> Self {
        Self::new(user_id, BaseMemberMemberType::UserId, BaseMemberType::User)
    }

    /// A person, by union id (`on_`).
    pub fn union_id(union_id: impl Into<String>) -> Self {
        Self::new(union_id, BaseMemberMemberType::UnionId, BaseMemberType::User)
    }

    /// A person, by email address.
    pub fn email(address: impl Into<String>) -> Self {
        Self::new(address, BaseMemberMemberType::Email, BaseMemberType::User)
    }

    /// All members of a chat (`oc_`). The bot, or the user, must be in it.
    pub fn chat(chat_id: impl Into<String>) -> Self {
        Self::new(chat_id, BaseMemberMemberType::ChatId, BaseMemberType::Chat)
    }

    /// Everybody in a department (`od-`). Only with a user access token.
    pub fn department(open_department_id: impl Into<String>) -> Self {
        let id_type = BaseMemberMemberType::OpenDepartmentId;
        Self::new(open_department_id, id_type, BaseMemberType::Department)
    }

    /// Everybody in a user group.
    pub fn group(group_id: impl Into<String>) -> Self {
        Self::new(group_id, BaseMemberMemberType::GroupId, BaseMemberType::Group)
    }

    /// All members of a wiki space, for a node in a space that does not split editors from viewers.
    pub fn wiki_space(space_id: impl Into<String>) -> Self {
        Self::new(space_id, BaseMemberMemberType::WikiSpaceId, BaseMemberType::WikiSpaceMember)
    }

    /// The members of a wiki space who may edit, in a space that splits them from viewers.
    pub fn wiki_space_editors(space_id: impl Into<String>) -> Self {
        Self::new(space_id, BaseMemberMemberType::WikiSpaceId, BaseMemberType::WikiSpaceEditor)
    }

    /// The members of a wiki space who may only view, in a space that splits them from editors.
    pub fn wiki_space_viewers(space_id: impl Into<String>) -> Self {
        Self::new(space_id, BaseMemberMemberType::WikiSpaceId, BaseMemberType::WikiSpaceViewer)
    }

    /// An app, by its id (`cli_`).
    pub fn app(app_id: impl Into<String>) -> Self {
        Self { id: app_id.into(), id_type: BaseMemberMemberType::AppId, kind: None }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What kind of id it is.
    #[must_use]
    pub fn id_type(&self) -> &BaseMemberMemberType {
        &self.id_type
    }

    /// An id of another kind is rejected by the platform with the code for strangers, which helps nobody.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.id.is_empty() {
            return Err(format!(
                "the id of a member is empty; its kind is {}",
                self.id_type.as_str()
            ));
        }
        let own = match self.id_type {
            BaseMemberMemberType::OpenId => "ou_",
            BaseMemberMemberType::UnionId => "on_",
            BaseMemberMemberType::ChatId => "oc_",
            BaseMemberMemberType::OpenDepartmentId => "od-",
            BaseMemberMemberType::AppId => "cli_",
            _ => return Ok(()),
        };
        match PREFIXES.iter().find(|(prefix, _)| self.id.starts_with(prefix)) {
            Some((prefix, whose)) if *prefix != own => Err(format!("{self} is the id of {whose}")),
            _ => Ok(()),
        }
    }

    /// The kind of id of an owner, whom a document has only one of.
    pub(super) fn owner_type(&self) -> Option<OwnerMemberType> {
        match self.id_type {
            BaseMemberMemberType::Email => Some(OwnerMemberType::Email),
            BaseMemberMemberType::OpenId => Some(OwnerMemberType::OpenId),
            BaseMemberMemberType::UserId => Some(OwnerMemberType::UserId),
            BaseMemberMemberType::AppId => Some(OwnerMemberType::AppId),
            _ => None,
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id_type.as_str(), self.id)
    }
}
