//! What an operation is: a plain value with a constant description.

use std::fmt;

use http::Method;

use crate::reply::FromResponse;
use crate::wire::{Need, Part};

/// A request of one operation of the platform: a plain value that can be cloned, compared and sent
/// any number of times. Implemented by generated code.
pub trait Operation: Inputs {
    /// What the platform answers.
    type Response: FromResponse;

    /// Method, path, token kinds and inputs.
    const META: &'static Meta;
}

/// The values of a request's inputs.
pub trait Inputs: Send + Sync {
    /// Visits the inputs in the order of [`Meta::inputs`].
    fn each(&self, visit: &mut dyn FnMut(Part<'_>));
}

impl<T: Operation> Operation for &T {
    type Response = T::Response;
    const META: &'static Meta = T::META;
}

impl<T: Inputs> Inputs for &T {
    fn each(&self, visit: &mut dyn FnMut(Part<'_>)) {
        (**self).each(visit);
    }
}

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
    /// A part of the path that lets whoever knows it in, so that traces show its name only.
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

/// On whose behalf a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// The app within a tenant: `tenant_access_token`.
    Tenant,
    /// A user who authorized the app: `user_access_token`.
    User,
    /// The app itself: `app_access_token`.
    App,
}

impl TokenKind {
    const ALL: [Self; 3] = [Self::Tenant, Self::User, Self::App];

    /// `tenant`, `user` or `app`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::App => "app",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of token kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens(u8);

impl Tokens {
    /// No token is sent.
    pub const NONE: Self = Self(0);
    /// Whatever the client has: the default of raw requests.
    pub const ANY: Self =
        Self::NONE.and(TokenKind::Tenant).and(TokenKind::User).and(TokenKind::App);

    /// The set with one more kind.
    #[must_use]
    pub const fn and(self, kind: TokenKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Whether the set has `kind`.
    #[must_use]
    pub const fn contains(self, kind: TokenKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether no token is needed.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = TokenKind::ALL.into_iter().filter(|kind| self.contains(*kind));
        let names: Vec<_> = kinds.map(TokenKind::as_str).collect();
        f.write_str(&names.join(" or "))
    }
}
