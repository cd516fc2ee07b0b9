//! The endpoints that issue, refresh and revoke user tokens.

use std::time::{Duration, SystemTime};

use lark_core::__private::codes;
use lark_core::{Client, Error, RawRequest, Result, Secret, TokenKind, Value};
use serde_json::Map;

use crate::authorize::{Authorization, AuthorizationRequest};
use crate::callback::Callback;
use crate::clock::Clock;
use crate::grant::Grant;
use crate::user_info::UserInfo;

/// An app's OAuth client: sends users to the sign-in page, and obtains their tokens.
///
/// Requests go through the client's transport with its timeout, and errors are the client's;
/// [`Error::oauth_error`](lark_core::Error::oauth_error) is the error code of RFC 6749. To keep users
/// signed in, save the grants in [`UserSessions`](crate::UserSessions).
#[derive(Clone, Debug)]
pub struct OAuth {
    pub(crate) client: Client,
    endpoint: TokenEndpoint,
    clock: Clock,
}

/// The endpoint that issues tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenEndpoint {
    /// `/open-apis/authen/v2/oauth/token` on the API host. Feishu and Lark have it.
    #[default]
    V2,
    /// `/oauth/v3/token` on the accounts host. Only Feishu has it, and prefers it.
    V3,
}

impl OAuth {
    /// The OAuth client of the app of `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        let (endpoint, clock) = (TokenEndpoint::default(), Clock::default());
        Self { client: client.clone(), endpoint, clock }
    }

    /// Sets the token endpoint. Tokens must be refreshed where they were issued.
    #[must_use]
    pub fn token_endpoint(mut self, endpoint: TokenEndpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// Sets the clock, which is the system's by default. For tests.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Begins a sign-in: builds the URL to which the user is sent. The platform sends them back to
    /// `redirect_uri`, which must be listed in the developer console, under security settings.
    pub fn authorize(&self, redirect_uri: impl Into<String>) -> AuthorizationRequest {
        AuthorizationRequest::new(&self.client, redirect_uri.into())
    }

    /// Finishes a sign-in: checks that `callback`, the URL to which the user came back or its query,
    /// belongs to `authorization`, and exchanges its code for a grant.
    ///
    /// # Errors
    /// The state is not that of `authorization`: another browser started this sign-in. If the user
    /// declined, [`oauth_error`](lark_core::Error::oauth_error) is `access_denied`. Otherwise as
    /// [`exchange_code`](Self::exchange_code).
    pub async fn exchange_callback(
        &self,
        authorization: &Authorization,
        callback: &str,
    ) -> Result<Grant> {
        let code = Callback::parse(callback)?.code(authorization.state())?;
        let (uri, verifier) = (authorization.redirect_uri(), authorization.code_verifier());
        self.exchange_code(&code, Some(uri), verifier).await
    }

    /// Exchanges an authorization code for a grant. A code can be used once, within 5 minutes.
    /// `redirect_uri` and `code_verifier` (PKCE) are those of the authorization, if it had them.
    ///
    /// # Errors
    /// 20003, 20004, 20065: the code is unknown, expired, used. 20049: wrong verifier. 20071: wrong
    /// redirect URI. 20010: the user may not use the app.
    pub async fn exchange_code(
        &self,
        code: &Secret,
        redirect_uri: Option<&str>,
        code_verifier: Option<&Secret>,
    ) -> Result<Grant> {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code.expose())];
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        fields.extend(code_verifier.map(|verifier| ("code_verifier", verifier.expose())));
        self.request_grant(&fields).await
    }

    /// Exchanges a refresh token for the next grant. This ends `refresh_token` at once and its access
    /// token a minute later, so the new grant must not be lost.
    /// [`UserSessions`](crate::UserSessions) refreshes when it is due, and safely.
    ///
    /// # Errors
    /// 20073, 20064, 20026, 20037: the token was used, was revoked, is unknown, has expired; the user
    /// must sign in again. 20074: refreshing is disabled in the developer console.
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<Grant> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
        self.request_grant(&fields).await
    }

    /// Revokes a token (RFC 7009). Revoking a refresh token also ends its access token.
    ///
    /// # Errors
    /// As for any call. An unknown token is not an error.
    pub async fn revoke(&self, token: &Secret) -> Result<()> {
        let request = RawRequest::post("/oauth/v1/revoke").without_token().on_accounts().oauth();
        let request = request.form([
            ("client_id", self.client.app_id()),
            ("client_secret", self.secret()?.expose()),
            ("token", token.expose()),
        ]);
        match self.client.send_raw(request).await {
            // RFC 7009 defines the status, not the body.
            Err(error) if error.status().is_none_or(|status| !status.is_success()) => Err(error),
            Err(error) if error.api().is_some() => Err(error),
            _ => Ok(()),
        }
    }

    /// The user whose token `access_token` is.
    ///
    /// # Errors
    /// As for any call.
    pub async fn user_info(&self, access_token: &Secret) -> Result<UserInfo> {
        let request = RawRequest::get("/open-apis/authen/v1/user_info");
        let request = request.token(TokenKind::User).sensitive();
        let response = self.client.as_user(access_token.clone()).send_raw(request).await?;
        Ok(UserInfo::from_value(&response.data()?))
    }

    /// Requests a grant from the token endpoint, in JSON as the platform documents it.
    async fn request_grant(&self, fields: &[(&str, &str)]) -> Result<Grant> {
        let app = [("client_id", self.client.app_id()), ("client_secret", self.secret()?.expose())];
        let body: Map<String, Value> = app
            .iter()
            .chain(fields)
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        self.send_token_request(&self.token_request().json(body)).await
    }

    /// The secret of the app, which every request here holds.
    pub(crate) fn secret(&self) -> Result<&Secret> {
        let secret = self.client.app_secret();
        if secret.expose().is_empty() {
            return Err(Error::no_token(
                "signing users in takes the app secret, which this client does not have (keyless, \
                 without_app); build it with Client::builder(app_id, app_secret)",
            ));
        }
        Ok(secret)
    }

    pub(crate) fn token_request(&self) -> RawRequest {
        let request = match self.endpoint {
            TokenEndpoint::V2 => RawRequest::post("/open-apis/authen/v2/oauth/token"),
            TokenEndpoint::V3 => RawRequest::post("/oauth/v3/token").on_accounts(),
        };
        request.without_token().oauth()
    }

    pub(crate) async fn send_token_request(&self, request: &RawRequest) -> Result<Grant> {
        let response = match self.client.send_raw(request.clone()).await {
            Err(error) if error.code() == Some(codes::OAUTH_SERVER_ERROR) => {
                self.client.send_raw(request.clone()).await
            }
            result => result,
        };
        Grant::from_response(&response?.json()?, self.now())
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { client: self.client.with_timeout(timeout), ..self.clone() }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }
}
