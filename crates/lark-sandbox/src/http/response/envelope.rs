//! Responses and the envelope around them.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{ErrorCode, OAuthError, Rejection, ResponseBody};
use crate::long_connection::Upgrade;

const JSON: &str = "application/json; charset=utf-8";

/// What RFC 5987 leaves unescaped.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// One response, ready to be sent.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: ResponseBody,
    /// The length to declare if it is not that of the body.
    pub(crate) declared_length: Option<u64>,
    /// The platform's code; None where the response has no envelope.
    pub(crate) code: Option<i64>,
    /// What the connection becomes after this response.
    pub(crate) upgrade: Option<Upgrade>,
}

impl Response {
    /// A success with `data`, which is an empty object for an operation without any.
    pub(crate) fn success(data: Option<Value>) -> Self {
        let data = data.unwrap_or_else(|| json!({}));
        Self::json(200, 0, &json!({ "code": 0, "msg": "success", "data": data }))
    }

    /// A success whose fields stand beside `code` and `msg`.
    pub(crate) fn top_level(mut fields: Map<String, Value>) -> Self {
        fields.insert("code".to_owned(), json!(0));
        fields.insert("msg".to_owned(), json!("ok"));
        Self::json(200, 0, &Value::Object(fields))
    }

    pub(crate) fn rejected(rejection: &Rejection, log_id: &str) -> Self {
        let mut response =
            Self::json(rejection.status, rejection.code, &rejection.envelope(log_id));
        response.headers.extend(rejection.headers.iter().cloned());
        response
    }

    /// A success of an OAuth endpoint: fields beside the code, and no message.
    pub(crate) fn oauth(fields: &Value) -> Self {
        let mut body = json!({ "code": 0 });
        for (name, value) in fields.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        Self::json(200, 0, &body)
    }

    /// A rejection in the form of RFC 6749.
    pub(crate) fn oauth_rejected(code: OAuthError) -> Self {
        let OAuthError { status, code, error, description } = code;
        let mut body = json!({ "error": error, "error_description": description });
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        Self { code, ..Self::json(status, 0, &body) }
    }

    /// A message that a group hook has taken.
    pub(crate) fn hook_done() -> Self {
        let body = json!({
            "code": 0, "msg": "success", "data": {},
            "Extra": null, "StatusCode": 0, "StatusMessage": "success",
        });
        Self::json(200, 0, &body)
    }

    /// A message that a group hook has rejected.
    pub(crate) fn hook_rejected(code: ErrorCode) -> Self {
        let ErrorCode { status, code, msg } = code;
        Self::json(status, code, &json!({ "code": code, "msg": msg, "data": {} }))
    }

    /// Sends a browser elsewhere.
    pub(crate) fn redirect(location: String) -> Self {
        let headers = vec![("Location".to_owned(), location)];
        let body = Bytes::new().into();
        Self { status: 302, headers, body, declared_length: None, code: None, upgrade: None }
    }

    /// The connection becomes a long connection.
    pub(crate) fn upgraded(upgrade: Upgrade, accept: String) -> Self {
        let mut response = Self::bytes(101, "", Bytes::new());
        response.headers.clear();
        response.set_header("Upgrade", "websocket");
        response.set_header("Connection", "Upgrade");
        response.set_header("Sec-WebSocket-Accept", &accept);
        Self { upgrade: Some(upgrade), ..response }
    }

    /// A long connection that is not let in. `details` is a code that says why, if there is one.
    pub(crate) fn handshake_rejected(code: ErrorCode, details: Option<i64>) -> Self {
        let ErrorCode { status, code, msg } = code;
        let mut response = Self::bytes(status, "text/plain", Bytes::new());
        response.set_header("Handshake-Status", &code.to_string());
        response.set_header("Handshake-Msg", msg);
        if let Some(details) = details {
            response.set_header("Handshake-Autherrcode", &details.to_string());
        }
        // 0 says nothing.
        Self { code: Some(details.filter(|details| *details != 0).unwrap_or(code)), ..response }
    }

    /// A command to the sandbox itself that makes no sense.
    pub(crate) fn bad_command(reason: &str) -> Self {
        Self::json(400, 1, &json!({ "code": 1, "msg": reason }))
    }

    /// A command to the sandbox itself from somebody who may give none.
    pub(crate) fn foreign_command(reason: &str) -> Self {
        Self::json(403, 1, &json!({ "code": 1, "msg": reason }))
    }

    /// A request that the endpoint makes nothing of. What the platform says then is not documented.
    pub(crate) fn bad_request(reason: &'static str) -> Self {
        Self::bytes(400, "text/plain", Bytes::from_static(reason.as_bytes()))
    }

    /// A wrong path or method. The platform answers these without its envelope.
    pub(crate) fn not_found() -> Self {
        Self::bytes(404, "text/plain", Bytes::from_static(b"404 page not found"))
    }

    /// What a gateway says when it cannot reach the platform.
    pub(crate) fn gateway_page(status: u16) -> Self {
        let page = format!("<html><body><h1>{status}</h1></body></html>");
        Self::bytes(status, "text/html", Bytes::from(page))
    }

    /// Replaces a header.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// A file. Both forms of the name are there because SDKs read one or the other. An image has no
    /// name, and its response no such header.
    pub(crate) fn file(name: &str, content: impl Into<ResponseBody>) -> Self {
        let mut response = Self::bytes(200, "application/octet-stream", content);
        if !name.is_empty() {
            response.set_header("Content-Disposition", &disposition(name));
        }
        response
    }

    /// A range of a file that lies outside it (RFC 9110). What the platform says then is not
    /// documented.
    pub(crate) fn unsatisfiable(size: u64) -> Self {
        let mut response = Self::bytes(416, "text/plain", Bytes::new());
        response.set_header("Content-Range", &format!("bytes */{size}"));
        response
    }

    fn json(status: u16, code: i64, envelope: &Value) -> Self {
        let body = Bytes::from(envelope.to_string());
        Self { code: Some(code), ..Self::bytes(status, JSON, body) }
    }

    fn bytes(status: u16, content_type: &str, body: impl Into<ResponseBody>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        let body = body.into();
        Self { status, headers, body, declared_length: None, code: None, upgrade: None }
    }
}

/// The name twice: as a quoted string in plain UTF-8, and as RFC 5987 has it.
fn disposition(name: &str) -> String {
    let mut quoted = String::new();
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // No header can hold these.
            c if c.is_ascii_control() => quoted.push('_'),
            c => quoted.push(c),
        }
    }
    let encoded = utf8_percent_encode(name, ATTRIBUTE);
    format!("attachment; filename=\"{quoted}\"; filename*=UTF-8''{encoded}")
}
