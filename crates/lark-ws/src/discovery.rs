//! Asks the platform for a server.

use http::Uri;
use lark_core::__private::{is_loopback, long_connection};
use lark_core::{Client, Value};

use crate::failure::Failure;
use crate::shared::PHASE_TIMEOUT;
use crate::state::Reason;

const OPERATION: &str = "callback.ws.endpoint";
const PATH: &str = "/callback/ws/endpoint";

/// Where to connect.
pub(crate) struct Found {
    /// Contains a ticket: never shown. The scheme is that of the request that is upgraded.
    pub(crate) uri: Uri,
    /// The id of the connection.
    pub(crate) connection_id: String,
    /// Sent with each ping.
    pub(crate) service: i32,
    /// How to behave.
    pub(crate) config: Value,
}

/// Asks for a server. There is a new one for each connection.
pub(crate) async fn discover(client: &Client) -> Result<Found, Failure> {
    let body = long_connection::credentials(client).await?;
    let response =
        long_connection::post_once(client, OPERATION, PATH, &body, PHASE_TIMEOUT).await?;
    let mut data = response.data()?;
    let url = data["URL"].as_str().unwrap_or_default();
    let (uri, connection_id, service) = read_url(url, long_connection::is_plain_text(client))
        .map_err(|why| Failure::later(Reason::Refused, format!("{OPERATION}: {why}")))?;
    Ok(Found { uri, connection_id, service, config: data["ClientConfig"].take() })
}

/// The URI of the request, the id of the connection and its service. Errors do not quote the URL.
fn read_url(url: &str, allow_plain_text: bool) -> Result<(Uri, String, i32), String> {
    let uri: Uri = url.parse().map_err(|_| "the URL in the response is not valid".to_owned())?;
    let host = uri.host().unwrap_or_default();
    let scheme = match uri.scheme_str() {
        Some("wss") => "https",
        // The ticket would be readable on its way, unless that has been accepted for the secret.
        Some("ws") if allow_plain_text || is_loopback(host) => "http",
        Some("ws") => return Err(format!("the URL in the response leads to {host} without TLS")),
        _ => return Err("the URL in the response is not one of a WebSocket".to_owned()),
    };
    let parameter = |name: &str| {
        let pairs = uri.query().unwrap_or_default().split('&');
        let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
        value.map(|(_, value)| value).filter(|value| !value.is_empty())
    };
    let missing = |name: &str| format!("the URL in the response has no usable {name}");
    let id = parameter("device_id").ok_or_else(|| missing("device_id"))?.to_owned();
    let service = parameter("service_id").and_then(|text| text.parse().ok());
    let service = service.ok_or_else(|| missing("service_id"))?;
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let uri = format!("{scheme}://{rest}").parse();
    Ok((uri.map_err(|_| "the URL in the response is not valid".to_owned())?, id, service))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_and_never_shown() {
        let query = "fpid=493&device_id=7&access_key=hush&service_id=33&ticket=hush";
        let read = |url: &str, plain| {
            read_url(&url.replace('?', &format!("?{query}&")), plain)
                .map(|(uri, id, service)| (uri.to_string(), id, service))
        };
        let found = |uri: &str| Ok((uri.replace('?', &format!("?{query}&")), "7".to_owned(), 33));
        assert_eq!(read("wss://a.example/ws/v2?", false), found("https://a.example/ws/v2?"));
        assert_eq!(read("ws://127.0.0.1:1/ws?", false), found("http://127.0.0.1:1/ws?"));
        assert_eq!(read("ws://[::1]:1/ws?", false), found("http://[::1]:1/ws?"));
        assert_eq!(read("ws://a.example/ws?", true), found("http://a.example/ws?"));
        for (url, why) in [
            ("ws://a.example/ws?", "leads to a.example without TLS"),
            ("https://a.example/ws?", "is not one of a WebSocket"),
            ("wss://a b/?", "is not valid"),
            ("", "is not valid"),
            ("wss://a.example/ws?service_id=x", "no usable device_id"),
        ] {
            let url = if url.ends_with('?') {
                url.replace('?', &format!("?{query}"))
            } else {
                url.into()
            };
            let error = read_url(&url, false).expect_err(&url);
            assert!(error.contains(why) && !error.contains("hush"), "{error}");
        }
        for service in ["", "x", "4294967296", "3.5"] {
            let error = read_url(&format!("wss://a/?device_id=7&service_id={service}"), false);
            assert!(error.expect_err(service).contains("service_id"));
        }
    }
}
