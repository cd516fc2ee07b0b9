//! What a fault does to a request and to its response.

use std::time::Duration;

use super::drift::drift;
use super::{Fault, Kind};
use crate::gateway::{GatewayResponse, limits};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::spec::known_code;

/// The limit a rate-limited response speaks of; that of most operations.
const LIMIT: u32 = 50;

/// Longer than any client waits.
const FOREVER: Duration = Duration::MAX;

impl Fault {
    /// What happens in place of executing the request; None if it is executed.
    pub(crate) fn instead(&self, log_id: &str) -> Option<GatewayResponse> {
        let rejection = match self.0 {
            Kind::Reset => return Some(GatewayResponse::dropped()),
            Kind::Status(status) => {
                return Some(GatewayResponse::foreign(Response::gateway_page(status)));
            }
            Kind::Hang => {
                return Some(GatewayResponse { delay: FOREVER, ..GatewayResponse::dropped() });
            }
            Kind::Handshake { status: code, code: details } => {
                let code = ErrorCode { status: 403, code, msg: "refused by command" };
                let response = Response::handshake_rejected(code, details);
                return Some(GatewayResponse::of(response, log_id));
            }
            Kind::RateLimited(reset) => limits::rejection(429, LIMIT, Some(reset)),
            Kind::TokenInvalid { code, status } => {
                let msg = codes::TENANT_TOKEN_INVALID.msg;
                Rejection::of(ErrorCode { status, code, msg })
            }
            Kind::Code { code, status } => {
                let msg = known_code(code).map_or("The call failed.", |known| known.meaning);
                Rejection::of(ErrorCode { status, code, msg })
            }
            _ => return None,
        };
        Some(GatewayResponse::of(Response::rejected(&rejection, log_id), log_id))
    }

    /// What becomes of the response to a request that was executed.
    pub(crate) fn spoil(&self, mut spoilt: GatewayResponse) -> GatewayResponse {
        let Some(response) = &mut spoilt.response else { return spoilt };
        let half = response.body.len() / 2;
        match self.0 {
            Kind::Latency(delay) => spoilt.delay = delay.max(Duration::ZERO),
            Kind::SlowBody(pause) => spoilt.pause = pause,
            Kind::ResetAfterExecution => return GatewayResponse::dropped(),
            Kind::ResetMidBody => {
                response.declared_length = Some(response.body.len());
                response.body.truncate(half);
            }
            Kind::TruncatedJson => response.body.truncate(half),
            Kind::DriftedTypes if response.code == Some(0) => drift(&mut response.body),
            Kind::WrongContentType => response.set_header("Content-Type", "text/plain"),
            _ => {}
        }
        spoilt
    }
}
