//! What is known about an operation beside its inputs and its response.

use http::Method;

use super::{Meta, TokenKind};
use crate::rate_limit::Rate;

/// What the platform's documentation says about an operation: its summary, who may call it and how
/// often, what it can do, and the codes of its errors.
///
/// It is constant data. A program that does not look at it does not contain it, except for the
/// operations that it sends: their scopes, rate limits and risk are part of errors and policies.
///
/// ```
/// # #[derive(Clone, Default)]
/// # pub struct CreateMessageRequest {}
/// # lark_core::operation! { CreateMessageRequest => ();
/// #     "im.v1.message.create" POST "/open-apis/im/v1/messages" [Tenant]
/// #     { summary: "Sends a message.", any_of: "im:message im:message:send_as_bot",
/// #       rate: "1000/min 50/s" };
/// # }
/// use lark_core::Operation;
///
/// let facts = CreateMessageRequest::FACTS;
/// assert_eq!(facts.id(), "im.v1.message.create");
/// assert!(facts.scopes_any_of().any(|scope| scope == "im:message:send_as_bot"));
/// assert_eq!(facts.rate_limits().count(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationFacts(&'static Meta);

/// What the table of an operation says about it, as texts: a literal costs a domain crate less than
/// a list. Parts are separated by spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactTexts {
    /// A sentence.
    pub summary: &'static str,
    /// Scopes of which one is enough.
    pub any_of: &'static str,
    /// Scopes that are needed besides.
    pub all_of: &'static str,
    /// Scopes of members: `scope=member,member`, or `scope` if it is not known which.
    pub members: &'static str,
    /// `1000/min 50/s`
    pub rate: &'static str,
    /// `read`, `write` or `high-risk-write`
    pub risk: &'static str,
    /// Codes of the errors that are its own.
    pub codes: &'static str,
}

impl FactTexts {
    /// Nothing is known.
    pub const NONE: Self =
        Self { summary: "", any_of: "", all_of: "", members: "", rate: "", risk: "", codes: "" };
}

/// What a call of an operation can do to the tenant, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// It changes nothing.
    Read,
    /// It changes something.
    Write,
    /// It deletes, or changes something that is hard to restore.
    HighRiskWrite,
}

impl Risk {
    /// `read`, `write` or `high-risk-write`, as the platform's own command line has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::HighRiskWrite => "high-risk-write",
        }
    }
}

impl std::fmt::Display for Risk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl OperationFacts {
    pub(crate) const fn new(meta: &'static Meta) -> Self {
        Self(meta)
    }

    /// The official operation id: `im.v1.message.create`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.id
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> &'static Method {
        &self.0.method
    }

    /// The path, with parameters in braces: `/open-apis/im/v1/messages/{message_id}`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.0.path
    }

    /// What it does, in a sentence; empty if no source says it.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.0.facts.summary
    }

    /// The kinds of token that the platform accepts; none if the operation needs no token.
    pub fn token_kinds(self) -> impl Iterator<Item = TokenKind> {
        self.0.tokens.kinds()
    }

    /// The scopes of which the app, or the user, needs one.
    pub fn scopes_any_of(self) -> impl Iterator<Item = &'static str> {
        self.0.facts.any_of.split_whitespace()
    }

    /// The scopes that are all needed, in addition to one of [`scopes_any_of`](Self::scopes_any_of).
    pub fn scopes_all_of(self) -> impl Iterator<Item = &'static str> {
        self.0.facts.all_of.split_whitespace()
    }

    /// Scopes without which members of the response are absent, or inputs not accepted, each with
    /// the names of these members (`data.items.email`, `query:user_id_type`). The list of names is
    /// empty where the documentation does not say which.
    pub fn scopes_of_members(
        self,
    ) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
        self.0.facts.members.split_whitespace().map(|of_scope| {
            let (scope, members) = of_scope.split_once('=').unwrap_or((of_scope, ""));
            (scope, members.split(',').filter(|member| !member.is_empty()))
        })
    }

    /// The rate limits, for each app and tenant; all of them hold. None if they are not published.
    pub fn rate_limits(self) -> impl Iterator<Item = Rate> {
        self.0.facts.rate.split_whitespace().filter_map(|limit| {
            let (calls, window) = limit.split_once('/')?;
            let calls = calls.parse().ok()?;
            match window {
                "min" => Some(Rate::per_minute(calls)),
                "s" => Some(Rate::per_second(calls)),
                _ => None,
            }
        })
    }

    /// What a call can do to the tenant. The platform states it for about 240 operations; of the
    /// others, those with the method `GET` are reads, those that delete, by their method or their
    /// name, are [`Risk::HighRiskWrite`], and all others are writes.
    #[must_use]
    pub fn risk(self) -> Risk {
        match self.0.facts.risk {
            "read" => Risk::Read,
            "write" => Risk::Write,
            "high-risk-write" => Risk::HighRiskWrite,
            _ if self.0.method == Method::GET => Risk::Read,
            _ if self.0.method == Method::DELETE || self.name().contains("delete") => {
                Risk::HighRiskWrite
            }
            _ => Risk::Write,
        }
    }

    /// The last part of the id: `create`, `batch_delete`.
    fn name(self) -> &'static str {
        self.id().rsplit('.').next().unwrap_or_default()
    }

    /// The codes of the errors that are the operation's own, see [`Error::code`](crate::Error::code).
    /// Their meanings are in the documentation of its function.
    pub fn codes(self) -> impl Iterator<Item = i64> {
        self.0.facts.codes.split_whitespace().filter_map(|code| code.parse().ok())
    }
}
