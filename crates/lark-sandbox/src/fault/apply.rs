//! What a fault does to a request and to its answer.

use std::time::Duration;

use super::drift::drift;
use super::{Fault, Kind};
use crate::answer::{Answer, Delivery, Refusal, faults};
use crate::limit;

/// The limit a rate-limited answer speaks of; that of most operations.
const LIMIT: u32 = 50;

impl Fault {
    /// What happens in place of executing the request; None if it is executed.
    pub(crate) fn instead(&self, log_id: &str) -> Option<Delivery> {
        let refusal = match self.0 {
            Kind::Reset => return Some(Delivery::dropped()),
            Kind::Status(status) => return Some(Delivery::foreign(Answer::gateway_page(status))),
            Kind::RateLimited(reset) => limit::refusal(429, LIMIT, Some(reset)),
            Kind::TokenInvalid { code, status } => {
                let msg = faults::TENANT_TOKEN_INVALID.msg;
                Refusal::of(crate::answer::Fault { status, code, msg })
            }
            _ => return None,
        };
        Some(Delivery::of(Answer::refused(&refusal, log_id), log_id))
    }

    /// What becomes of the answer to a request that was executed.
    pub(crate) fn spoil(&self, mut delivery: Delivery) -> Delivery {
        let Some(answer) = &mut delivery.answer else { return delivery };
        let half = answer.body.len() / 2;
        match self.0 {
            Kind::Latency(delay) => delivery.delay = delay.max(Duration::ZERO),
            Kind::SlowBody(pace) => delivery.pace = pace,
            Kind::ResetAfterExecution => return Delivery::dropped(),
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
