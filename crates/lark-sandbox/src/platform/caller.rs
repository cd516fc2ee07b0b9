//! Who makes a call.

use http::HeaderMap;

use super::auth::{Issued, Tokens};
use crate::gateway::bearer;
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
    /// The owner of the token in these headers, whether or not it is still good.
    pub(crate) fn of(headers: &HeaderMap, tokens: &Tokens) -> Self {
        let issued = bearer(headers).and_then(|token| tokens.find(token));
        issued.map(Self::from).unwrap_or_default()
    }

    /// Names the app that a request without a token comes from.
    pub(crate) fn identify(&mut self, app_id: &str, tenant_key: Option<&str>) {
        self.app_id = Some(app_id.to_owned());
        self.tenant_key = tenant_key.map(str::to_owned);
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
