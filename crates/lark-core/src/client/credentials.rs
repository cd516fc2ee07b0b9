//! How a client proves to the platform which app it is.

use std::sync::Arc;

use super::{Client, ClientBuilder};
use crate::auth::{AppType, ClientAssertions};
use crate::error::{Error, Result};
use crate::util::Secret;

impl ClientBuilder {
    /// Gets tokens of the tenant from the platform's newer endpoint, `oauth/v3/token` on the accounts host, by
    /// the grant `client_credentials`. They are JWTs of up to some 4 KB. Feishu has it; whether Lark does, its
    /// documentation does not say. App tokens come from the older endpoint all the same. For self-built apps.
    pub fn client_credentials_grant(mut self) -> Self {
        self.client_credentials_grant = true;
        self
    }

    /// Whether there is what proves to the platform which app this is.
    pub(super) fn check_app(&self) -> Result<()> {
        let is_keyless = self.assertions.is_some();
        if is_keyless && self.app_id.is_empty() {
            return Err(Error::invalid_config("the app id must not be empty"));
        }
        let has_both = !self.app_id.is_empty() && !self.app_secret.expose().is_empty();
        if self.has_app && !is_keyless && !has_both {
            return Err(Error::invalid_config("the app id and the app secret must not be empty"));
        }
        let is_marketplace = self.app_type == AppType::Marketplace;
        if is_marketplace && (is_keyless || self.client_credentials_grant) {
            let option = if is_keyless { "keyless" } else { "client_credentials_grant" };
            let why =
                format!("{option} is for self-built apps, and this is one of the marketplace");
            return Err(Error::invalid_config(why));
        }
        Ok(())
    }
}

impl Client {
    /// Starts a client for a self-built app that has no secret in the program: `assertions` prove who it is,
    /// for tokens and for the long connection. What takes an app token, and signing users in, is not
    /// possible then.
    #[doc(alias = "client_assertion")]
    pub fn keyless(
        app_id: impl Into<String>,
        assertions: impl ClientAssertions + 'static,
    ) -> ClientBuilder {
        let mut builder = ClientBuilder::new(app_id.into(), Secret::new(""));
        builder.assertions = Some(Arc::new(assertions));
        builder
    }
}
