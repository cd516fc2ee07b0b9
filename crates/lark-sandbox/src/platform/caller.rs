//! Who makes a call.

use super::auth::Issued;
use crate::spec::TokenKind;

/// What the token of a call says of its sender; nothing if there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    pub(crate) kind: Option<TokenKind>,
    pub(crate) app_id: Option<String>,
    pub(crate) tenant_key: Option<String>,
    /// The user of a user token; None for the app itself.
    pub(crate) open_id: Option<String>,
}

impl Caller {
    /// The user, or the app itself; empty if no token says it.
    pub(crate) fn id(&self) -> &str {
        self.open_id.as_deref().unwrap_or_else(|| self.app())
    }

    /// The app's id; empty if no token says it.
    pub(crate) fn app(&self) -> &str {
        self.app_id.as_deref().unwrap_or_default()
    }
}

impl From<Issued> for Caller {
    fn from(issued: Issued) -> Self {
        Self {
            kind: Some(issued.slot.kind),
            app_id: Some(issued.slot.app_id),
            tenant_key: issued.slot.tenant_key,
            open_id: issued.user.map(|user| user.open_id),
        }
    }
}
