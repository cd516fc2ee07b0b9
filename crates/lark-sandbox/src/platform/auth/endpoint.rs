//! The endpoints that issue tokens. Their fields stand beside `code` and `msg`; there is no `data`.

use serde_json::{Map, Value, json};

use super::Auth;
use crate::http::{Rejection, Response, codes};
use crate::platform::{Call, Checks, Part};
use crate::services::{App, Services};
use crate::spec::TokenKind;

const TENANT_TOKEN: &str = "auth.v3.tenant_access_token.internal";
const APP_TOKEN: &str = "auth.v3.app_access_token.internal";
const MARKETPLACE_APP_TOKEN: &str = "auth.v3.app_access_token.create";
const MARKETPLACE_TENANT_TOKEN: &str = "auth.v3.tenant_access_token.create";
const RESEND: &str = "auth.v3.app_ticket.resend";

/// Whether an operation gives out tokens of apps.
pub(crate) fn issues_tokens(operation_id: &str) -> bool {
    [TENANT_TOKEN, APP_TOKEN, MARKETPLACE_APP_TOKEN, MARKETPLACE_TENANT_TOKEN]
        .contains(&operation_id)
}

impl Part for Auth {
    /// The body is read here, as JSON whatever its content type, because the Python SDK names none.
    fn checks(&self) -> Checks {
        Checks::Admission
    }

    /// Responds to a token request, and notes which app it is of.
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let operation_id = call.operation_id;
        let known = issues_tokens(operation_id) || operation_id == RESEND;
        known.then(|| {
            let fields = self.token_fields(services, call);
            fields.map(Response::top_level).map_err(Rejection::without_error)
        })
    }
}

pub(super) type Fields = Map<String, Value>;

impl Auth {
    fn token_fields(&self, services: &Services, call: &mut Call) -> Result<Fields, Rejection> {
        let request: Request = serde_json::from_slice(&call.raw.body)
            .map(Request)
            .map_err(|_| codes::TOKEN_PARAM.because("the body is not JSON"))?;
        match call.operation_id {
            MARKETPLACE_APP_TOKEN => self.marketplace_app_token(services, &request, call),
            MARKETPLACE_TENANT_TOKEN => self.marketplace_tenant_token(services, &request, call),
            RESEND => self.resend_ticket(services, &request, call),
            _ => self.self_built(services, &request, call),
        }
    }

    /// The tokens of a self-built app.
    fn self_built(
        &self,
        services: &Services,
        request: &Request,
        call: &mut Call,
    ) -> Result<Fields, Rejection> {
        let app = request.app(services)?;
        let of_marketplace = || codes::TOKEN_PARAM.because("the app is of the marketplace");
        let tenant = app.tenant().ok_or_else(of_marketplace)?;
        call.identify(&app.id, Some(tenant));
        let (token, mut left) = self.issue(services, TokenKind::Tenant, &app.id, Some(tenant));
        let mut fields = Fields::new();
        fields.insert("tenant_access_token".to_owned(), json!(token));
        if call.operation_id == APP_TOKEN {
            let (token, app_left) = self.issue(services, TokenKind::App, &app.id, Some(tenant));
            fields.insert("app_access_token".to_owned(), json!(token));
            left = left.min(app_left);
        }
        fields.insert("expire".to_owned(), json!(left.as_secs()));
        Ok(fields)
    }
}

/// The body of a token request.
pub(super) struct Request(Value);

impl Request {
    pub(super) fn text(&self, field: &str) -> Result<&str, Rejection> {
        let text = self.0[field].as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| codes::TOKEN_PARAM.because(field))
    }

    /// The app whose credentials these are.
    pub(super) fn app<'a>(&self, services: &'a Services) -> Result<&'a App, Rejection> {
        let (id, secret) = (self.text("app_id")?, self.text("app_secret")?);
        // An id that might be of an app is looked up, and its secret is not that of any.
        let unknown = if is_app_id(id) { codes::APP_SECRET_INVALID } else { codes::TOKEN_PARAM };
        let app = services.apps.find(id).ok_or_else(|| Rejection::of(unknown))?;
        if secret != app.secret {
            return Err(Rejection::of(codes::APP_SECRET_INVALID));
        }
        Ok(app)
    }
}

/// Whether it has the form of an app's id: `cli_` and 16 letters or digits.
fn is_app_id(id: &str) -> bool {
    let rest = id.strip_prefix("cli_");
    rest.is_some_and(|it| it.len() == 16 && it.bytes().all(|it| it.is_ascii_alphanumeric()))
}
