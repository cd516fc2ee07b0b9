//! Classifies an HTTP response: success, an API error, or a page of something in between, such as a
//! gateway.

use http::header::{CONTENT_ENCODING, LOCATION};
use http::uri::Authority;
use http::{HeaderValue, StatusCode, Uri};
use serde_json::Value;
use tokio::time::Instant;

use super::request::Prepared;
use super::response::excerpt;
use crate::client::Core;
use crate::error::{ApiError, App, Cause, Error, Result, Stage};
use crate::transport::ResponseHead;
use crate::wire::{Context, Decode, DecodeMode, Envelope, Fit, Members, Slot, decode_slice};

/// Reads the envelope, and its `data` into `data`. A long one is given up at the deadline.
pub(crate) fn decode(
    core: &Core,
    request: &Prepared,
    mode: DecodeMode,
    head: &ResponseHead,
    bytes: &[u8],
    data: &mut dyn Decode,
    deadline: Option<Instant>,
) -> Result<()> {
    let operation = &*request.operation;
    let mut cx = Context::new(operation, mode, &core.drifts).until(deadline);
    let mut envelope = Envelope::new(data, request.is_flat);
    let read = decode_slice(bytes, Slot::Plain(&mut envelope), &mut cx);
    let members = envelope.members.settled();
    let why = match read {
        Err(error) if cx.is_given_up() => error.to_string(),
        Err(_) if bytes.is_empty() => "the response is empty".to_owned(),
        Err(_) if let Some(encoding) = encoding(head) => {
            format!("the response is encoded as {encoding:?}, which nobody asked for")
        }
        Err(error) => format!("not JSON: {error}"),
        Ok(Fit::Taken) if request.oauth && is_oauth_error(&members.error) => {
            return Err(api_error(core, request, head, members));
        }
        Ok(Fit::Taken) if request.oauth && members.code.is_none() && head.status.is_success() => {
            return Ok(());
        }
        Ok(Fit::Taken) if members.code.is_none() => "there is no code in the response".to_owned(),
        Ok(Fit::Taken) => {
            if members.code != Some(0) {
                return Err(api_error(core, request, head, members));
            }
            return cx.finish().map_err(|drifts| {
                Error::new(operation, Stage::Decode, Cause::Drift(drifts)).with_response(head)
            });
        }
        Ok(_) => "not a JSON object".to_owned(),
    };
    // A page with an error status comes from something in front of the platform. The platform
    // itself is at fault only if it reported success.
    let stage = if head.status.is_success() { Stage::Decode } else { Stage::Http };
    let cause = Cause::NotAnEnvelope { why, start: excerpt(bytes, request.privacy.sensitive) };
    Err(Error::new(operation, stage, cause).with_response(head))
}

/// How the body of a response is compressed. The SDK does not say that it takes any.
fn encoding(head: &ResponseHead) -> Option<&HeaderValue> {
    let encoding = head.headers.get(CONTENT_ENCODING)?;
    (!encoding.as_bytes().eq_ignore_ascii_case(b"identity")).then_some(encoding)
}

fn is_oauth_error(error: &Value) -> bool {
    error.as_str().is_some_and(|error| !error.is_empty())
}

fn api_error(core: &Core, request: &Prepared, head: &ResponseHead, members: Members) -> Error {
    let Members { code, msg, error, .. } = members;
    let app = App { id: &core.app_id, console: core.hosts.console };
    let api = ApiError::new(code.unwrap_or_default(), msg, &error);
    let api = api.explain(&error, request.facts, app);
    let api = if request.privacy.sensitive { api.without_values() } else { api };
    Error::new(&*request.operation, Stage::Api, Cause::Api(api)).with_response(head)
}

/// Redirects are not followed: headers, and sometimes the body, contain credentials for one host.
pub(crate) fn reject_redirect(core: &Core, request: &Prepared, head: &ResponseHead) -> Result<()> {
    let Some(location) = head.headers.get(LOCATION).filter(|_| head.status.is_redirection()) else {
        return Ok(());
    };
    let own = core.hosts.of(request.host).uri();
    let place = location.to_str().map_or_else(|_| ELSEWHERE.to_owned(), |it| place(it, own));
    let why = format!("a redirect to {place}, which is not followed; check the base URL");
    let error = Error::new(&*request.operation, Stage::Http, Cause::Rejected(why));
    Err(error.with_response(head))
}

const ELSEWHERE: &str = "something that is not the URL of a host";

/// Where a `Location` leads, without what may be secret: the rest of the URL may contain anything.
fn place(location: &str, own: &Uri) -> String {
    let end = location.find(['/', '?', '#', ':']).unwrap_or(location.len());
    let (scheme, rest) = match location.split_at(end) {
        ("", rest) if rest.starts_with("//") => (own.scheme_str().unwrap_or_default(), rest),
        (scheme, rest) if rest.starts_with(':') => (scheme, &rest[1..]),
        _ => return "another path of the same host".to_owned(),
    };
    let authority = rest.strip_prefix("//").and_then(|it| it.split(['/', '?', '#']).next());
    let host = authority.and_then(|it| it.rsplit('@').next()).unwrap_or_default();
    match host.parse::<Authority>() {
        Ok(host)
            if own.scheme_str() == Some(scheme)
                && own.host().is_some_and(|own| own.eq_ignore_ascii_case(host.host()))
                && own.port_u16() == host.port_u16() =>
        {
            "another path of the same host".to_owned()
        }
        Ok(host) => format!("{}://{host}", scheme.to_ascii_lowercase()),
        Err(_) => ELSEWHERE.to_owned(),
    }
}

/// Whether the response to a download may be an error instead of the file.
pub(crate) fn may_be_error(head: &ResponseHead) -> bool {
    let content_type = head.headers.get(http::header::CONTENT_TYPE);
    let is_json = content_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
    // This is a range of a file, and the beginning of the file has already been examined.
    let is_part = head.status == StatusCode::PARTIAL_CONTENT;
    (is_json && !is_part) || !head.status.is_success()
}

/// Accepts a JSON file, which has no code, and fails on everything else.
pub(crate) fn reject_error(
    core: &Core,
    request: &Prepared,
    head: &ResponseHead,
    bytes: &[u8],
) -> Result<()> {
    match decode(core, request, DecodeMode::Tolerant, head, bytes, &mut (), None) {
        Err(error) if error.stage() == Stage::Decode => Ok(()),
        Ok(()) if head.status.is_success() => Ok(()),
        Ok(()) => {
            let why = "an error status with code 0".to_owned();
            let start = excerpt(bytes, request.privacy.sensitive);
            let cause = Cause::NotAnEnvelope { why, start };
            Err(Error::new(&*request.operation, Stage::Http, cause).with_response(head))
        }
        Err(error) => Err(error),
    }
}
