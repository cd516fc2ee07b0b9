//! The long connection: where to open it, and the handshake.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use super::auth::Auth;
use super::{Call, Checks, Part};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::long_connection::{Connections, Refusal};
use crate::push::Pusher;
use crate::services::{App, Services};

const ENDPOINT: &str = "callback.ws.endpoint";
const CONNECT: &str = "callback.ws.connect";

/// `Handshake-Autherrcode` of what is not the number of connections. The Python SDK takes for granted that
/// a refusal in 514 has one; which the platform sends is not documented.
const OTHER: i64 = 0;

/// What the accept key is made with. Source: RFC 6455, section 1.3.
const ACCEPT: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The two requests that lead to a long connection.
pub(super) struct LongConnection {
    pub(super) auth: Arc<Auth>,
    pub(super) connections: Arc<Connections>,
    pub(super) pusher: Arc<Pusher>,
}

impl Part for LongConnection {
    fn checks(&self) -> Checks {
        Checks::Admission
    }

    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        match call.operation_id {
            ENDPOINT => Some(self.endpoint(services, call).map_err(Rejection::of)),
            CONNECT => Some(Ok(self.connect(services, call))),
            _ => None,
        }
    }
}

impl LongConnection {
    /// The URL to connect to, and what the client is to do then.
    fn endpoint(&self, services: &Services, call: &mut Call) -> Result<Response, ErrorCode> {
        let app = self.authenticate(services, &call.raw.body)?;
        call.identify(&app.id, app.tenant());
        if app.tenant().is_none() {
            return Err(codes::CONNECTION_FORBIDDEN);
        }
        let url = self.connections.endpoint(&app.id);
        let url = url.map_err(|_| codes::CONNECTIONS_TOO_MANY)?;
        let config = self.connections.config().to_value();
        Ok(Response::success(Some(json!({ "URL": url, "ClientConfig": config }))))
    }

    fn connect(&self, services: &Services, call: &mut Call) -> Response {
        let Some(key) = websocket_key(&call.headers) else {
            return Response::bad_request("this is no request to upgrade to a WebSocket");
        };
        let upgrade = match self.connections.admit(&call.raw.query) {
            Ok(upgrade) => upgrade,
            Err(Refusal::Ticket) => {
                return Response::handshake_rejected(codes::HANDSHAKE_AUTH, Some(OTHER));
            }
            Err(Refusal::TooMany) => {
                let details = Some(codes::CONNECTIONS_TOO_MANY.code);
                return Response::handshake_rejected(codes::HANDSHAKE_AUTH, details);
            }
        };
        let accept = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{ACCEPT}").as_bytes());
        let app_id = upgrade.app_id();
        call.identify(app_id, services.apps.find(app_id).and_then(App::tenant));
        self.pusher.connected(app_id);
        Response::upgraded(upgrade, STANDARD.encode(accept))
    }
}

impl LongConnection {
    /// The app whose credentials these are: a secret, or a client assertion in its place.
    fn authenticate<'a>(&self, services: &'a Services, body: &[u8]) -> Result<&'a App, ErrorCode> {
        let body: Value = serde_json::from_slice(body).map_err(|_| codes::CONNECTION_AUTH)?;
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let app = services.apps.find(text("AppID"));
        let proves = |app: &&App| match text("ClientAssertion") {
            "" => app.secret == text("AppSecret"),
            assertion => self.auth.check_assertion(services, &app.id, assertion).is_ok(),
        };
        app.filter(proves).ok_or(codes::CONNECTION_AUTH)
    }
}

/// The key of an upgrade request; None if it is none.
fn websocket_key(headers: &HeaderMap) -> Option<&str> {
    let text = |name: header::HeaderName| headers.get(name)?.to_str().ok();
    let lists = |name, word: &str| {
        text(name).is_some_and(|all| all.split(',').any(|it| it.trim().eq_ignore_ascii_case(word)))
    };
    let upgrades = lists(header::CONNECTION, "upgrade") && lists(header::UPGRADE, "websocket");
    let is_known = text(header::SEC_WEBSOCKET_VERSION) == Some("13");
    text(header::SEC_WEBSOCKET_KEY).filter(|_| upgrades && is_known)
}
