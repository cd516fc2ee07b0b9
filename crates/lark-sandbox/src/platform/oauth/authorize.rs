//! The sign-in page. Nobody looks at it: the person who is next in line answers at once.

use std::time::Duration;

use super::OAuth;
use super::code::Code;
use super::fields::Fields;
use super::login::{Login, Person};
use super::pkce::Challenge;
use super::scope;
use crate::http::{OAuthError, codes};
use crate::services::{App, Services};

/// How long a code can be exchanged.
const CODE_LIFETIME: Duration = Duration::from_secs(300);

/// The app that a user is to sign in to.
pub(super) fn app<'a>(services: &'a Services, fields: &Fields) -> Result<&'a App, OAuthError> {
    // Older pages call it app_id.
    let client_id = fields.get("client_id").or_else(|| fields.get("app_id"));
    let app = services.apps.find(client_id.ok_or(codes::OAUTH_PARAM_MISSING)?);
    app.ok_or(codes::OAUTH_CLIENT_UNKNOWN)
}

impl OAuth {
    /// Where the browser is sent that opens the page with this query. An error is one that the user
    /// is shown instead, because the app cannot be trusted to be what it says.
    pub(crate) fn open_page(&self, services: &Services, query: &str) -> Result<String, OAuthError> {
        let fields = Fields::of_query(query);
        self.redirect_url(services, app(services, &fields)?, &fields)
    }

    /// Where the browser is sent, with a code or with the news that the user said no.
    pub(super) fn redirect_url(
        &self,
        services: &Services,
        app: &App,
        fields: &Fields,
    ) -> Result<String, OAuthError> {
        let redirect_uri = fields.need("redirect_uri")?;
        // The older page does without.
        if fields.get("app_id").is_none() && fields.need("response_type")? != "code" {
            return Err(codes::OAUTH_MALFORMED);
        }
        let scope = scope::read(fields.get("scope"))?;
        let challenge = Challenge::of(fields)?;
        let login = self.logins.next();
        let login = login.unwrap_or_else(|| {
            let open_id = self.contact.somebody(app.home());
            Login::Consent(Person { open_id, tenant_key: None })
        });
        let outcome = match login {
            Login::Deny => ("error", "access_denied".to_owned()),
            Login::Consent(Person { open_id, tenant_key }) => {
                let code = Code {
                    app_id: app.id.clone(),
                    tenant_key: tenant_key.unwrap_or_else(|| app.home().to_owned()),
                    open_id,
                    scope,
                    redirect_uri: redirect_uri.to_owned(),
                    challenge,
                    expires: services.now() + CODE_LIFETIME,
                    used: false,
                };
                ("code", self.add_code(code, &services.ids))
            }
        };
        Ok(with_query(redirect_uri, outcome, fields.get("state")))
    }
}

/// A fragment stays at the end, as on the platform.
fn with_query(uri: &str, (name, value): (&str, String), state: Option<&str>) -> String {
    let (uri, fragment) = uri.split_at(uri.find('#').unwrap_or(uri.len()));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(name, &value);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{}{fragment}", query.finish())
}
