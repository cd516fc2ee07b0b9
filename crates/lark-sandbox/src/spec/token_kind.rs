//! The kinds of access token.

/// The three kinds of access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An app in one tenant.
    Tenant,
    /// A person.
    User,
    /// An app, whatever the tenant.
    App,
}

impl TokenKind {
    /// The kind a security scheme of the specs asks for.
    pub(crate) fn from_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "tenant_access_token" => Some(Self::Tenant),
            "user_access_token" => Some(Self::User),
            "app_access_token" => Some(Self::App),
            _ => None,
        }
    }

    /// The kind a token claims to be by its first letters.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        [Self::Tenant, Self::User, Self::App]
            .into_iter()
            .find(|kind| token.starts_with(kind.prefix()))
    }

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Tenant => "t-",
            Self::User => "u-",
            Self::App => "a-",
        }
    }
}
