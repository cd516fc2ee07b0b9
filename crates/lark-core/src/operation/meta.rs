//! The constant facts about an operation, and the values that go with them.

use http::Method;

use super::Tokens;
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
    /// How the body inputs travel.
    pub body: BodyFormat,
    /// Which kinds of token the platform accepts; none if the operation needs no token.
    pub tokens: Tokens,
    /// The inputs, path parameters first.
    pub inputs: &'static [InputMeta],
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
    /// Where it travels.
    pub place: Place,
    /// Whether the call makes sense without it.
    pub need: Need,
    /// What the SDK has to know of it beyond that.
    pub role: Role,
}

impl InputMeta {
    /// The same input as the idempotency key: what `as key` in a table means.
    #[doc(hidden)]
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.role = Role::IdempotencyKey;
        self
    }

    /// The same input as a secret: what `as secret` in a table means.
    #[doc(hidden)]
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.role = Role::Secret;
        self
    }
}

/// What an input is to the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// A value to be sent.
    Plain,
    /// The platform executes requests with the same value only once.
    IdempotencyKey,
    /// A part of the path that is a credential, so that traces show its name only.
    Secret,
}

/// Where an input travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A member of the JSON body or a part of the form.
    Body,
}

/// How the body inputs travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// There is no body.
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
