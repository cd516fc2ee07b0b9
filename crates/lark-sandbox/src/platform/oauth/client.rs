//! Which app makes an OAuth request: by HTTP Basic or by fields of the body, not by both.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use super::fields::Fields;
use crate::http::{OAuthError, codes};
use crate::services::{App, Services};

/// The app whose credentials the request holds.
pub(super) fn authenticate<'a>(
    services: &'a Services,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<&'a App, OAuthError> {
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
    services: &'a Services,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<&'a App, OAuthError> {
    if fields.get("client_secret").is_some() || basic(headers)?.is_some() {
        return authenticate(services, headers, fields);
    }
    services.apps.find(fields.need("client_id")?).ok_or(codes::OAUTH_CLIENT_UNKNOWN)
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
