//! The endpoints that give, renew and revoke tokens of users.

use std::time::{Duration, SystemTime};

use lark_core::__private::codes;
use lark_core::{Client, RawRequest, Result, Secret, TokenKind, Value};
use serde_json::Map;

use crate::authorize::{Authorization, AuthorizationRequest};
use crate::callback::Callback;
use crate::clock::Clock;
use crate::grant::Grant;
use crate::user_info::UserInfo;

/// The OAuth side of an app: sends users to sign in, and gets their tokens.
///
/// Requests go through the client's transport, with its timeout, and their errors are the client's;
/// [`Error::oauth_error`](lark_core::Error::oauth_error) has the name that RFC 6749 gives them. To
/// keep users signed in, hand the grants to [`UserSessions`](crate::UserSessions).
#[derive(Clone, Debug)]
pub struct OAuth {
    pub(crate) client: Client,
    endpoint: TokenEndpoint,
    clock: Clock,
}

/// Where tokens are had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenEndpoint {
    /// `/open-apis/authen/v2/oauth/token` on the API host, which Feishu and Lark have.
    #[default]
    V2,
    /// `/oauth/v3/token` on the accounts host, which Feishu has and prefers.
    V3,
}

impl OAuth {
    /// For the app of `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        let (endpoint, clock) = (TokenEndpoint::default(), Clock::default());
        Self { client: client.clone(), endpoint, clock }
    }

    /// Takes another token endpoint. It must be the one that issued the tokens to be refreshed.
    #[must_use]
    pub fn token_endpoint(mut self, endpoint: TokenEndpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// Takes the time from `now` instead of the system's clock, for tests.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Starts to make the URL to which a user is sent. `redirect_uri` is where the platform sends
    /// them back; it must be listed in the developer console, under security settings.
    pub fn authorize(&self, redirect_uri: impl Into<String>) -> AuthorizationRequest {
        AuthorizationRequest::new(&self.client, redirect_uri.into())
    }

    /// Finishes a sign-in: checks that `callback`, the URL that the user came back to or its query,
    /// belongs to `authorization`, and exchanges its code.
    ///
    /// # Errors
    /// The state is not that of `authorization`, so somebody else started this sign-in. The user
    /// declined: [`oauth_error`](lark_core::Error::oauth_error) is `access_denied`. Then those of
    /// [`exchange`](Self::exchange).
    pub async fn finish(&self, authorization: &Authorization, callback: &str) -> Result<Grant> {
        let code = Callback::parse(callback)?.code(authorization.state())?;
        let (uri, verifier) = (authorization.redirect_uri(), authorization.verifier());
        self.exchange(&code, Some(uri), verifier).await
    }

    /// Buys a grant with `code`, which is good for 5 minutes and once. `redirect_uri` and `verifier`
    /// are those of the authorization, if it had them.
    ///
    /// # Errors
    /// 20003, 20004, 20065: the code is unknown, too old, used. 20049: not the verifier. 20071: not
    /// the redirect URI. 20010: the user may not use the app.
    pub async fn exchange(
        &self,
        code: &Secret,
        redirect_uri: Option<&str>,
        verifier: Option<&Secret>,
    ) -> Result<Grant> {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code.expose())];
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier.expose())));
        self.buy(&fields).await
    }

    /// Buys the next grant with `refresh_token`, which ends with that, as does its access token a
    /// minute later. [`UserSessions`](crate::UserSessions) does it when it is time, and safely.
    ///
    /// # Errors
    /// 20073, 20064, 20026, 20037: the token was used, revoked, is unknown, or too old; the user
    /// must sign in again. 20074: refreshing is switched off in the developer console.
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<Grant> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
        self.buy(&fields).await
    }

    /// Ends a token, and with a refresh token what was bought with it.
    ///
    /// # Errors
    /// Those of a call. A token that the platform does not know is none.
    pub async fn revoke(&self, token: &Secret) -> Result<()> {
        let request = RawRequest::post("/oauth/v1/revoke").without_token().on_accounts().oauth();
        let request = request.form([
            ("client_id", self.client.app_id()),
            ("client_secret", self.client.app_secret().expose()),
            ("token", token.expose()),
        ]);
        match self.client.send_raw(request).await {
            // RFC 7009 promises the status and nothing of the body.
            Err(error) if error.status().is_none_or(|status| !status.is_success()) => Err(error),
            Err(error) if error.api().is_some() => Err(error),
            _ => Ok(()),
        }
    }

    /// Who granted `access_token`.
    ///
    /// # Errors
    /// Those of a call.
    pub async fn user_info(&self, access_token: &Secret) -> Result<UserInfo> {
        let request = RawRequest::get("/open-apis/authen/v1/user_info");
        let request = request.token(TokenKind::User).sensitive();
        let answer = self.client.as_user(access_token.clone()).send_raw(request).await?;
        Ok(UserInfo::from_value(&answer.data()?))
    }

    /// Asks a token endpoint for a grant, in JSON as the platform documents it.
    async fn buy(&self, fields: &[(&str, &str)]) -> Result<Grant> {
        let app = [
            ("client_id", self.client.app_id()),
            ("client_secret", self.client.app_secret().expose()),
        ];
        let body: Map<String, Value> = app
            .iter()
            .chain(fields)
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        self.grant(&self.token_request().json(body)).await
    }

    pub(crate) fn token_request(&self) -> RawRequest {
        let request = match self.endpoint {
            TokenEndpoint::V2 => RawRequest::post("/open-apis/authen/v2/oauth/token"),
            TokenEndpoint::V3 => RawRequest::post("/oauth/v3/token").on_accounts(),
        };
        request.without_token().oauth()
    }

    pub(crate) async fn grant(&self, request: &RawRequest) -> Result<Grant> {
        let answer = match self.client.send_raw(request.clone()).await {
            Err(error) if error.code() == Some(codes::OAUTH_SERVER_ERROR) => {
                self.client.send_raw(request.clone()).await
            }
            answer => answer,
        };
        Grant::from_answer(&answer?.json()?, self.now())
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { client: self.client.with_timeout(timeout), ..self.clone() }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }
}
