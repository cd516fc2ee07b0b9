//! Authorization codes: good for five minutes, once.

use std::time::SystemTime;

use super::OAuth;
use super::grant::Consent;
use super::pkce::{self, Challenge};
use super::scope;
use crate::http::{OAuthError, codes};
use crate::services::ids::Ids;

/// One code.
pub(super) struct Code {
    pub(super) app_id: String,
    pub(super) tenant_key: String,
    pub(super) open_id: String,
    pub(super) scope: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) expires: SystemTime,
    pub(super) used: bool,
}

/// A request to exchange a code.
pub(super) struct Exchange<'a> {
    pub(super) app_id: &'a str,
    pub(super) code: &'a str,
    pub(super) redirect_uri: Option<&'a str>,
    pub(super) verifier: Option<&'a str>,
    /// Less than what was consented to.
    pub(super) scope: Option<&'a str>,
}

impl OAuth {
    pub(super) fn add_code(&self, code: Code, ids: &Ids) -> String {
        let name = ids.next("code_");
        crate::lock(&self.codes).insert(name.clone(), code);
        name
    }

    /// Uses a code up. One that is rejected for what came along with it can be tried again.
    pub(super) fn redeem(
        &self,
        exchange: &Exchange<'_>,
        now: SystemTime,
    ) -> Result<Consent, OAuthError> {
        let mut codes = crate::lock(&self.codes);
        let code = codes.get_mut(exchange.code).ok_or(codes::OAUTH_CODE_UNKNOWN)?;
        if code.app_id != exchange.app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        if code.used {
            return Err(codes::OAUTH_CODE_USED);
        }
        if code.expires <= now {
            return Err(codes::OAUTH_CODE_EXPIRED);
        }
        if exchange.redirect_uri.is_some_and(|uri| uri != code.redirect_uri) {
            return Err(codes::OAUTH_REDIRECT);
        }
        pkce::verify(code.challenge.as_ref(), exchange.verifier)?;
        let scope = scope::narrow(&code.scope, exchange.scope)?;
        code.used = true;
        Ok(Consent {
            app_id: code.app_id.clone(),
            tenant_key: code.tenant_key.clone(),
            open_id: code.open_id.clone(),
            scope,
        })
    }
}
