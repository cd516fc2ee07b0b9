//! The constant facts about an operation, and the values of its inputs.

use http::Method;

use super::{FactTexts, Tokens};
use crate::client::endpoint::Host;
use crate::wire::{Need, Part};

/// The constant facts about an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The official operation id: `im.v1.message.create`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces: `/open-apis/im/v1/messages/{message_id}`.
    pub path: &'static str,
    /// The encoding of the body inputs.
    pub body: BodyFormat,
    /// The kinds of token that the platform accepts; none if the operation needs no token.
    pub tokens: Tokens,
    /// The inputs, path parameters first.
    pub inputs: &'static [InputMeta],
    /// In what it differs from most operations.
    pub deviations: Deviations,
    /// What is known about it.
    pub facts: FactTexts,
}

/// In what an operation differs from most: the words behind its tokens in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviations {
    /// The members of the response stand beside `code`, not in `data`.
    pub is_flat: bool,
    /// The host of the platform that serves it.
    pub(crate) host: Host,
    /// The paths of members that the body must have wherever the object around them is present,
    /// with `[]` for every item of a list: `leaders[].leaderID`. Separated by spaces.
    pub(crate) needs: &'static str,
    /// The member of the body whose fields `update_fields` names, then the names of its fields, with
    /// `=` those that they have there: `chat_menu_item image_key=ICON`. With such names, fields
    /// without one are left out, and no other can be cleared.
    pub(crate) changes: &'static str,
    /// It takes the credentials of a help desk beside the token.
    pub(crate) helpdesk: bool,
}

impl Deviations {
    /// An operation like most.
    pub const NONE: Self =
        Self { is_flat: false, host: Host::Open, needs: "", changes: "", helpdesk: false };

    /// `flat` in a table.
    #[must_use]
    pub const fn flat(mut self) -> Self {
        self.is_flat = true;
        self
    }

    /// `www` in a table: the host of the platform's website serves it.
    #[must_use]
    pub const fn www(mut self) -> Self {
        self.host = Host::Www;
        self
    }

    /// `helpdesk` in a table: it takes the credentials of a help desk.
    #[must_use]
    pub const fn helpdesk(mut self) -> Self {
        self.helpdesk = true;
        self
    }

    /// `changes ".."` in a table.
    #[must_use]
    pub const fn changes(mut self, object: &'static str) -> Self {
        self.changes = object;
        self
    }

    /// `needs ".."` in a table.
    #[must_use]
    pub const fn needs(mut self, paths: &'static str) -> Self {
        self.needs = paths;
        self
    }
}

impl Meta {
    /// The input under whose value the platform executes a repeated request only once.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&'static InputMeta> {
        self.inputs.iter().find(|input| input.role == Role::IdempotencyKey)
    }

    /// Whether a part of the path is a secret.
    pub(crate) fn has_secret(&self) -> bool {
        self.inputs.iter().any(|input| input.role == Role::Secret)
    }
}

/// The constant facts about an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputMeta {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it is sent.
    pub place: Place,
    /// Whether the call requires it.
    pub need: Need,
    /// A special meaning to the SDK.
    pub role: Role,
}

impl InputMeta {
    /// The same input as the idempotency key: `as key` in a table.
    #[doc(hidden)]
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.role = Role::IdempotencyKey;
        self
    }

    /// The same input as a secret: `as secret` in a table.
    #[doc(hidden)]
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.role = Role::Secret;
        self
    }
}

/// The meaning of an input to the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// A value without a special meaning.
    Plain,
    /// The platform executes requests with the same value only once.
    IdempotencyKey,
    /// A part of the path that is a credential; traces show only its name.
    Secret,
}

/// Where an input is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A member of the JSON body or a part of the form.
    Body,
    /// In `update_fields`, as the name of a field without a value.
    Clear,
}

/// The encoding of the body inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// No body.
    None,
    /// One JSON object.
    Json,
    /// `multipart/form-data`.
    Multipart,
}

/// The values of a request's inputs.
pub trait Inputs: Send + Sync {
    /// Visits the inputs in the order of [`Meta::inputs`].
    fn each(&self, visit: &mut dyn FnMut(Part<'_>));
}

impl<T: Inputs> Inputs for &T {
    fn each(&self, visit: &mut dyn FnMut(Part<'_>)) {
        (**self).each(visit);
    }
}
