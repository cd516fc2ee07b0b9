//! Opens the WebSocket (RFC 6455, section 4).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use lark_core::__private::long_connection;
use lark_core::{Client, ResponseHead, UpgradedStream};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::Error;
use crate::failure::{Failure, codes};
use crate::state::Reason;

/// What RFC 6455 adds to the key.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Most characters of the server's text that are shown.
const LONGEST: usize = 200;

/// Opens a WebSocket at `uri`.
pub(crate) async fn open(client: &Client, uri: Uri) -> Result<UpgradedStream, Failure> {
    let key = key()?;
    let mut request = Request::new(());
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    let value = HeaderValue::try_from(&key).expect("Base64 is fit for a header");
    headers.insert(SEC_WEBSOCKET_KEY, value);
    let upgrade = long_connection::upgrade(client, request).await?;
    let Some(stream) = upgrade.stream else { return Err(refusal(&upgrade.head)) };
    match check(upgrade.head.headers(), &key) {
        Ok(()) => Ok(stream),
        Err(why) => Err(Failure::later(Reason::Refused, why)),
    }
}

fn key() -> Result<String, Failure> {
    let mut key = [0; 16];
    let filled = SystemRandom::new().fill(&mut key);
    filled.map_err(|_| Failure::later(Reason::Broken, "the system has no random numbers"))?;
    Ok(BASE64_STANDARD.encode(key))
}

/// Whether the other side speaks WebSocket, and has read this request: not the cache of a proxy.
fn check(headers: &HeaderMap, key: &str) -> Result<(), String> {
    let has = |name: HeaderName, wanted: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let mut words = values.flat_map(|value| value.split(','));
        words.any(|word| word.trim().eq_ignore_ascii_case(wanted))
    };
    let accept = accept_of(key);
    let is_accepted = headers.get(SEC_WEBSOCKET_ACCEPT).is_some_and(|it| *it == *accept);
    match () {
        () if !has(UPGRADE, "websocket") => Err("the response upgrades to something else".into()),
        () if !has(CONNECTION, "upgrade") => Err("the response does not upgrade".into()),
        () if !is_accepted => Err("the response has the wrong Sec-WebSocket-Accept".into()),
        () => Ok(()),
    }
}

fn accept_of(key: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{GUID}").as_bytes());
    BASE64_STANDARD.encode(digest)
}

/// What a response means that is not 101.
fn refusal(head: &ResponseHead) -> Failure {
    let header = |name: &str| head.headers().get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| header(name).and_then(|text| text.trim().parse::<i64>().ok());
    let status = number("handshake-status").unwrap_or(i64::from(head.status().as_u16()));
    let text = header("handshake-msg").unwrap_or_default();
    let text: String = text.chars().filter(|it| !it.is_control()).take(LONGEST).collect();
    let detail = match text.as_str() {
        "" => format!("handshake: status {status}"),
        text => format!("handshake: status {status}: {text}"),
    };
    let is_own = header("handshake-status").is_some();
    match (status, number("handshake-autherrcode")) {
        (codes::AUTH_FAILED, Some(codes::TOO_MANY_CONNECTIONS)) => {
            Failure::later(Reason::TooManyConnections, detail)
        }
        // A proxy in between may say 403 as well; that may pass.
        (codes::FORBIDDEN, _) if is_own => Failure::Never(Error::Forbidden { msg: detail }),
        _ if head.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Failure::later(Reason::Unreachable, detail)
        }
        _ => Failure::later(Reason::Refused, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_of_the_standard_is_ours() {
        assert_eq!(accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn only_the_answer_to_this_request_opens() {
        let answer = |accept: &str, connection: &str, upgrade: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept.parse().expect("a value"));
            headers.insert(CONNECTION, connection.parse().expect("a value"));
            headers.insert(UPGRADE, upgrade.parse().expect("a value"));
            check(&headers, "dGhlIHNhbXBsZSBub25jZQ==").is_ok()
        };
        let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        assert!(answer(accept, "keep-alive, Upgrade", "WebSocket"));
        assert!(!answer("s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", "Upgrade", "websocket"));
        assert!(!answer(accept, "close", "websocket"));
        assert!(!answer(accept, "Upgrade", "h2c"));
    }
}
