//! Which app makes an OAuth request: by HTTP Basic or by fields of the body, not by both; or by a client
//! assertion.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use super::fields::Fields;
use crate::http::{OAuthError, codes};
use crate::platform::auth::{Auth, BadAssertion};
use crate::services::{App, Services};

/// `client_assertion_type` of RFC 7523, the only one there is.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The app whose credentials the request holds.
pub(super) fn authenticate<'a>(
    (services, auth): (&'a Services, &Auth),
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<&'a App, OAuthError> {
    if let Some(assertion) = fields.get("client_assertion") {
        return asserted((services, auth), assertion, headers, fields);
    }
    let (id, secret) = match basic(headers)? {
        Some(_) if fields.get("client_secret").is_some() => return Err(codes::OAUTH_TWO_METHODS),
        Some(credentials) => credentials,
        None => (fields.need("client_id")?.to_owned(), fields.need("client_secret")?.to_owned()),
    };
    let app = services.apps.find(&id).ok_or(codes::OAUTH_CLIENT_UNKNOWN)?;
    if app.secret != secret { Err(codes::OAUTH_SECRET) } else { Ok(app) }
}

/// The app that a request names, with its credentials if it has any: all that is asked of a device that
/// has no secret of its own.
pub(super) fn identify<'a>(
    (services, auth): (&'a Services, &Auth),
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<&'a App, OAuthError> {
    let mut proofs = ["client_secret", "client_assertion"].into_iter();
    if proofs.any(|name| fields.get(name).is_some()) || basic(headers)?.is_some() {
        return authenticate((services, auth), headers, fields);
    }
    services.apps.find(fields.need("client_id")?).ok_or(codes::OAUTH_CLIENT_UNKNOWN)
}

fn asserted<'a>(
    (services, auth): (&'a Services, &Auth),
    assertion: &str,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<&'a App, OAuthError> {
    if basic(headers)?.is_some() || fields.get("client_secret").is_some() {
        return Err(codes::OAUTH_TWO_METHODS);
    }
    if fields.need("client_assertion_type")? != ASSERTION_TYPE {
        return Err(codes::OAUTH_ASSERTION_TYPE);
    }
    let app = services.apps.find(fields.need("client_id")?);
    let app = app.ok_or(codes::OAUTH_CLIENT_UNKNOWN)?;
    if app.tenant().is_none() {
        return Err(codes::OAUTH_ASSERTION_OF_MARKETPLACE);
    }
    match auth.check_assertion(services, &app.id, assertion) {
        Ok(()) => Ok(app),
        Err(BadAssertion::Signature) => Err(codes::OAUTH_ASSERTION_SIGNATURE),
        Err(BadAssertion::Expired) => Err(codes::OAUTH_ASSERTION_EXPIRED),
        Err(BadAssertion::Audience) => Err(codes::OAUTH_ASSERTION_AUDIENCE),
        Err(BadAssertion::Subject) => Err(codes::OAUTH_ASSERTION_SUBJECT),
    }
}

/// The credentials of a Basic header; None if there is none.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OAuthError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(encoded) = value.and_then(|value| value.strip_prefix("Basic ")) else {
        return Ok(None);
    };
    let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|it| String::from_utf8(it).ok());
    let text = decoded.ok_or(codes::OAUTH_MALFORMED)?;
    let (id, secret) = text.split_once(':').ok_or(codes::OAUTH_MALFORMED)?;
    Ok(Some((id.to_owned(), secret.to_owned())))
}
