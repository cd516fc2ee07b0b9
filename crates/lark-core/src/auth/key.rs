//! Identifies a token of an app.

use std::sync::Arc;

/// How an app is distributed. It decides how the app gets its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AppType {
    /// Made by a tenant for itself.
    #[default]
    SelfBuilt,
    /// Made by a vendor for many tenants.
    Marketplace,
}

/// Kinds of token that an app gets with its own credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AppTokenKind {
    Tenant,
    App,
}

impl AppTokenKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::App => "app",
        }
    }
}

/// Identifies a token of an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    pub(crate) kind: AppTokenKind,
    /// The tenant a marketplace app acts for.
    pub(crate) tenant: Option<Arc<str>>,
}

impl TokenKey {
    /// The key for a token of `kind` for `tenant`. An app token has no tenant.
    pub(crate) fn new(kind: AppTokenKind, tenant: Option<&Arc<str>>) -> Self {
        let tenant = tenant.filter(|_| kind == AppTokenKind::Tenant);
        Self { kind, tenant: tenant.cloned() }
    }
}
