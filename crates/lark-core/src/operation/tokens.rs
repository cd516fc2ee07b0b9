//! Kinds of token.

use std::fmt;

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
    /// Any kind that the client has: the default of raw requests.
    pub const ANY: Self =
        Self::NONE.and(TokenKind::Tenant).and(TokenKind::User).and(TokenKind::App);

    /// The set with another kind.
    #[must_use]
    pub const fn and(self, kind: TokenKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Whether the set contains `kind`.
    #[must_use]
    pub const fn contains(self, kind: TokenKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// The kinds in the set.
    pub(crate) fn kinds(self) -> impl Iterator<Item = TokenKind> {
        TokenKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    /// Whether no token is needed.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.kinds().map(TokenKind::as_str).collect();
        f.write_str(&names.join(" or "))
    }
}
