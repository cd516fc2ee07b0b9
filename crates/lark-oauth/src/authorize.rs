//! The authorization request: the URL to which a user is sent.

use std::fmt;

use lark_core::__private::invalid_config;
use lark_core::{Client, Error, Result, Secret, Value};
use serde_json::json;

use crate::random;

const PATH: &str = "/open-apis/authen/v1/authorize";
/// The scope for a refresh token.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Builds an [`Authorization`]; [`OAuth::authorize`](crate::OAuth::authorize) returns it.
#[derive(Clone)]
#[must_use]
pub struct AuthorizationRequest {
    accounts_url: String,
    app_id: String,
    redirect_uri: String,
    scopes: Vec<String>,
    state: Option<String>,
    pkce: bool,
    prompt_consent: bool,
}

impl AuthorizationRequest {
    pub(crate) fn new(client: &Client, redirect_uri: String) -> Self {
        Self {
            accounts_url: client.accounts_url().to_owned(),
            app_id: client.app_id().to_owned(),
            redirect_uri,
            scopes: Vec::new(),
            state: None,
            pkce: true,
            prompt_consent: false,
        }
    }

    /// Requests `scope`, or several separated by spaces. The developer console lists the scopes that
    /// the app may request; scopes that the user granted before remain granted.
    pub fn scope(mut self, scope: impl AsRef<str>) -> Self {
        for scope in scope.as_ref().split_ascii_whitespace() {
            // A duplicate is refused with code 20067.
            if !self.scopes.iter().any(|known| known == scope) {
                self.scopes.push(scope.to_owned());
            }
        }
        self
    }

    /// Requests the scope `offline_access`, without which there is no refresh token and the user must
    /// sign in again when the access token expires. The app needs that scope too.
    pub fn offline_access(self) -> Self {
        self.scope(OFFLINE_ACCESS)
    }

    /// Sets the state, which is random by default. It must not be guessable, because it proves that a
    /// callback belongs to this sign-in.
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// Disables PKCE. Anyone who intercepts the code can then use it.
    pub fn without_pkce(mut self) -> Self {
        self.pkce = false;
        self
    }

    /// Shows the user the consent page even if all scopes were granted before.
    pub fn prompt_consent(mut self) -> Self {
        self.prompt_consent = true;
        self
    }

    /// Builds the URL.
    ///
    /// # Errors
    /// The redirect URI is not a URL, the state is empty, or the operating system provides no random numbers.
    pub fn build(self) -> Result<Authorization> {
        if let Err(why) = check_redirect(&self.redirect_uri) {
            return Err(invalid_config(format!("redirect URI {:?}: {why}", self.redirect_uri)));
        }
        if self.state.as_ref().is_some_and(String::is_empty) {
            return Err(invalid_config("the state is empty: every callback would have it"));
        }
        let state = self.state.map_or_else(random::text, Ok)?;
        let verifier = self.pkce.then(random::text).transpose()?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.app_id).append_pair("response_type", "code");
        query.append_pair("redirect_uri", &self.redirect_uri);
        if !self.scopes.is_empty() {
            query.append_pair("scope", &self.scopes.join(" "));
        }
        query.append_pair("state", &state);
        if let Some(verifier) = &verifier {
            query.append_pair("code_challenge", &random::challenge(verifier));
            query.append_pair("code_challenge_method", "S256");
        }
        if self.prompt_consent {
            query.append_pair("prompt", "consent");
        }
        // The platform documents %20 between scopes. A + in a value is already escaped here.
        let query = query.finish().replace('+', "%20");
        let url = [&self.accounts_url, PATH, "?", &query].concat();
        let (state, verifier) = (state.into(), verifier.map(Secret::from));
        Ok(Authorization { url, state, verifier, redirect_uri: self.redirect_uri })
    }
}

/// Whether it is an absolute URI, of any scheme: apps on phones and desktops have their own.
fn check_redirect(uri: &str) -> Result<(), &'static str> {
    let (scheme, rest) = uri.split_once(':').unwrap_or_default();
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme || rest.trim_start_matches('/').is_empty() {
        return Err("not a URL; write it like https://app.example/callback");
    }
    if uri.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("a URL has no blanks");
    }
    match uri.contains('#') {
        true => Err("OAuth allows no fragment (RFC 6749, 3.1.2)"),
        false => Ok(()),
    }
}

/// A sign-in that has begun: the URL to which to send the user, and what must be remembered in the
/// session of that browser until the user comes back.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    url: String,
    state: Secret,
    verifier: Option<Secret>,
    redirect_uri: String,
}

impl Authorization {
    /// The URL to which to send the user.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The state, which comes back in the callback.
    /// [`OAuth::exchange_callback`](crate::OAuth::exchange_callback) checks
    /// it.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// The code verifier of PKCE (RFC 7636).
    #[must_use]
    pub fn code_verifier(&self) -> Option<&Secret> {
        self.verifier.as_ref()
    }

    /// The URL to which the platform sends the user back.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// JSON for the browser's session. The verifier must not reach the browser itself, so a session in
    /// a cookie must be encrypted.
    #[must_use]
    pub fn to_json(&self) -> String {
        let verifier = self.verifier.as_ref().map(Secret::expose);
        let (url, state, redirect_uri) = (&self.url, self.state(), &self.redirect_uri);
        json!({ "url": url, "state": state, "verifier": verifier, "redirect_uri": redirect_uri })
            .to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// `json` is not a stored sign-in; the message names the member that is missing or wrong.
    pub fn from_json(json: &str) -> Result<Self> {
        let wrong = |what: &str| Error::no_token(format!("a stored sign-in: {what}"));
        let value: Value =
            serde_json::from_str(json).map_err(|error| wrong(&format!("not JSON: {error}")))?;
        let text = |name: &str| {
            let text = value[name].as_str().filter(|text| !text.is_empty());
            text.ok_or_else(|| wrong(&format!("{name} is missing or wrong")))
        };
        Ok(Self {
            url: text("url")?.to_owned(),
            state: text("state")?.into(),
            verifier: value["verifier"].as_str().map(Secret::from),
            redirect_uri: text("redirect_uri")?.to_owned(),
        })
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL contains the state.
        let mut debug = f.debug_struct("Authorization");
        debug.field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}
