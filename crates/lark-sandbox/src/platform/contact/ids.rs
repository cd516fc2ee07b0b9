//! The kinds of id by which people and departments are named.

use super::store::{Department, User};
use crate::http::{ErrorCode, codes};
use crate::platform::Call;

/// How a call names people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platform) enum UserIdType {
    Open,
    Union,
    User,
}

impl UserIdType {
    pub(in crate::platform) fn of(call: &Call) -> Self {
        call.query("user_id_type").and_then(Self::named).unwrap_or(Self::Open)
    }

    pub(in crate::platform) fn named(name: &str) -> Option<Self> {
        match name {
            "open_id" => Some(Self::Open),
            "union_id" => Some(Self::Union),
            "user_id" => Some(Self::User),
            _ => None,
        }
    }

    pub(in crate::platform) fn name(self) -> &'static str {
        match self {
            Self::Open => "open_id",
            Self::Union => "union_id",
            Self::User => "user_id",
        }
    }

    pub(in crate::platform) fn id_of(self, user: &User) -> &str {
        match self {
            Self::Open => &user.open_id,
            Self::Union => &user.union_id,
            Self::User => &user.user_id,
        }
    }

    /// The rejection of an id of this kind that names nobody.
    pub(super) fn unknown(self) -> ErrorCode {
        match self {
            Self::Open => codes::OPEN_ID_INVALID,
            Self::Union => codes::UNION_ID_INVALID,
            Self::User => codes::USER_ID_INVALID,
        }
    }
}

/// How a call names departments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DepartmentIdType {
    Open,
    Custom,
}

impl DepartmentIdType {
    pub(super) fn of(call: &Call) -> Self {
        match call.query("department_id_type") {
            Some("department_id") => Self::Custom,
            _ => Self::Open,
        }
    }

    pub(super) fn id_of(self, department: &Department) -> &str {
        match self {
            Self::Open => &department.open_id,
            Self::Custom => &department.custom_id,
        }
    }
}

/// Both at once: how a response names what it mentions.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdTypes {
    pub(super) users: UserIdType,
    pub(super) departments: DepartmentIdType,
}

impl IdTypes {
    pub(super) fn of(call: &Call) -> Self {
        Self { users: UserIdType::of(call), departments: DepartmentIdType::of(call) }
    }
}
