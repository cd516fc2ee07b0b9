//! Builds every header of a request, and lists the names that only the SDK sets.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_RANGE, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::request::{ByteRange, MediaType, Prepared};
use crate::client::user_agent::user_agent;
use crate::error::{Error, Result};
use crate::util::Secret;

/// Headers that only the SDK sets, and two that only the platform sends.
const RESERVED: [&str; 7] = [
    "authorization",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "request-id",
    "x-request-id",
];

/// The caller's id of a call, for the logs of a gateway.
pub(crate) const REQUEST_ID: &str = "Oapi-Sdk-Request-Id";

const HELPDESK: HeaderName = HeaderName::from_static("x-lark-helpdesk-authorization");

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const URL_ENCODED: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The headers of all calls of a client.
pub(crate) fn of_client(user_agent_tag: &str) -> HeaderMap {
    HeaderMap::from_iter([(USER_AGENT, user_agent(user_agent_tag))])
}

/// A header that the user adds.
///
/// # Errors
/// Not a header, or one that the SDK sets itself.
pub(crate) fn custom(name: &str, value: &str) -> Result<(HeaderName, HeaderValue)> {
    let reject = |why| Err(Error::invalid_config(format!("header {name:?}: {why}")));
    if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        return reject("it is not yours to set");
    }
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        (Ok(name), Ok(value)) => Ok((name, value)),
        _ => reject("not a valid name and value"),
    }
}

/// Whether the credentials of a help desk are among these headers.
pub(crate) fn has_helpdesk(headers: &HeaderMap) -> bool {
    headers.contains_key(HELPDESK)
}

/// The credentials of a help desk.
pub(crate) fn helpdesk(id: &str, token: &Secret) -> (HeaderName, HeaderValue) {
    let pair = BASE64_STANDARD.encode(format!("{id}:{}", token.expose()));
    let mut value = HeaderValue::try_from(pair).expect("Base64 is fit for a header");
    value.set_sensitive(true);
    (HELPDESK, value)
}

/// The headers of one request: those of its scope, and what the request itself needs.
pub(crate) fn of_request(
    request: &Prepared,
    scope: &HeaderMap,
    token: Option<&Secret>,
    wants_file: bool,
) -> Result<HeaderMap, http::Error> {
    // Capacity for those below and for what the HTTP stack adds, so that the map never grows.
    let mut headers = HeaderMap::with_capacity(scope.len() + 5);
    headers.extend(scope.iter().map(|(name, value)| (name.clone(), value.clone())));
    match &request.body {
        Some(body) => _ = headers.insert(CONTENT_TYPE, content_type(&body.media_type)?),
        // Without it, im omits the name of the file.
        None if wants_file => _ = headers.insert(CONTENT_TYPE, JSON),
        None => {}
    }
    if let Some(range) = request.range.as_deref() {
        add_range(&mut headers, range)?;
    }
    if let Some(value) = authorization(request, token) {
        let mut value = HeaderValue::from_maybe_shared(Bytes::from(value))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn content_type(media_type: &MediaType) -> Result<HeaderValue, http::Error> {
    Ok(match media_type {
        MediaType::Json => JSON,
        MediaType::UrlEncoded => URL_ENCODED,
        MediaType::Multipart { boundary } => {
            HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))?
        }
    })
}

fn add_range(headers: &mut HeaderMap, range: &ByteRange) -> Result<(), http::Error> {
    headers.insert(RANGE, HeaderValue::try_from(format!("bytes={}-", range.from))?);
    headers.insert(IF_RANGE, range.if_range.clone());
    Ok(())
}

fn authorization(request: &Prepared, token: Option<&Secret>) -> Option<String> {
    match (token, &request.auth.basic) {
        (Some(token), _) => Some(["Bearer ", token.expose()].concat()),
        (None, Some((user, password))) => Some(basic(user, password)),
        (None, None) => None,
    }
}

/// RFC 7617.
fn basic(user: &str, password: &Secret) -> String {
    let pair = format!("{user}:{}", password.expose());
    ["Basic ", &BASE64_STANDARD.encode(pair)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_say_what_they_are() {
        for (media_type, expected) in [
            (MediaType::Json, "application/json; charset=utf-8"),
            (MediaType::UrlEncoded, "application/x-www-form-urlencoded"),
            (
                MediaType::Multipart { boundary: "lark-rs-1".to_owned() },
                "multipart/form-data; boundary=lark-rs-1",
            ),
        ] {
            assert_eq!(content_type(&media_type).expect("a valid value"), expected);
        }
    }
}
