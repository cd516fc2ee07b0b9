//! What a fault does to a request and to its answer.

use std::time::Duration;

use super::drift::drift;
use super::{Fault, Kind};
use crate::gateway::GatewayResponse;
use crate::http::{Refusal, Response, codes};

/// The limit a rate-limited answer speaks of; that of most operations.
const LIMIT: u32 = 50;

impl Fault {
    /// What happens in place of executing the request; None if it is executed.
    pub(crate) fn instead(&self, log_id: &str) -> Option<GatewayResponse> {
        let refusal = match self.0 {
            Kind::Reset => return Some(GatewayResponse::dropped()),
            Kind::Status(status) => {
                return Some(GatewayResponse::foreign(Response::gateway_page(status)));
            }
            Kind::RateLimited(reset) => crate::gateway::limits::refusal(429, LIMIT, Some(reset)),
            Kind::TokenInvalid { code, status } => {
                let msg = codes::TENANT_TOKEN_INVALID.msg;
                Refusal::of(crate::http::ErrorCode { status, code, msg })
            }
            _ => return None,
        };
        Some(GatewayResponse::of(Response::refused(&refusal, log_id), log_id))
    }

    /// What becomes of the answer to a request that was executed.
    pub(crate) fn spoil(&self, mut delivery: GatewayResponse) -> GatewayResponse {
        let Some(answer) = &mut delivery.answer else { return delivery };
        let half = answer.body.len() / 2;
        match self.0 {
            Kind::Latency(delay) => delivery.delay = delay.max(Duration::ZERO),
            Kind::SlowBody(pace) => delivery.pace = pace,
            Kind::ResetAfterExecution => return GatewayResponse::dropped(),
            Kind::ResetMidBody => {
                answer.declared_length = Some(answer.body.len());
                answer.body.truncate(half);
            }
            Kind::TruncatedJson => answer.body.truncate(half),
            Kind::DriftedTypes if answer.code == Some(0) => drift(&mut answer.body),
            Kind::WrongContentType => answer.set_header("Content-Type", "text/plain"),
            _ => {}
        }
        delivery
    }
}
