//! What a session does with the frames that it receives.

use std::sync::Arc;

use bytes::Bytes;
use lark_core::__private::lock;
use lark_core::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use super::{Command, Session};
use crate::acknowledgement::{Outcome, Receipt};
use crate::dispatcher::{Due, Inbound};
use crate::frame::{Frame, METHOD_CONTROL, METHOD_DATA};
use crate::report::Discarded;
use crate::shared::count;

impl Session {
    pub(super) fn receive(&mut self, message: &Bytes, now: Instant) {
        count(&self.shared.status.counters.frames_received);
        let frame = match Frame::decode(message) {
            Ok(frame) => frame,
            Err(error) => {
                return self.shared.discard(Discarded::Malformed, &error.to_string());
            }
        };
        match (frame.method, frame.header("type")) {
            (METHOD_CONTROL, Some("pong")) => self.pong(frame.payload.unwrap_or_default(), now),
            // The platform's own SDKs do not answer a ping either. It has shown that it lives.
            (METHOD_CONTROL, _) => {}
            (METHOD_DATA, Some("event")) => self.event(&frame, message, now),
            (METHOD_DATA, Some("card")) => {
                self.shared.discard(Discarded::OldCard, "they exist over HTTP only");
            }
            (method, _) => {
                let detail = format!("method {method} without a known type");
                self.shared.discard(Discarded::Malformed, &detail);
            }
        }
    }

    /// A pong may bring new settings.
    fn pong(&mut self, payload: &[u8], now: Instant) {
        if payload.is_empty() {
            return;
        }
        let Ok(config) = serde_json::from_slice::<Value>(payload) else {
            return self.shared.discard(Discarded::Malformed, "the settings are not JSON");
        };
        let mut settings = lock(&self.shared.settings);
        settings.update(&config);
        self.deadlines.ping = self.deadlines.ping.min(now + settings.ping_interval);
    }

    fn event(&mut self, frame: &Frame<'_>, message: &Bytes, now: Instant) {
        let Some(events) = &self.events else {
            return self.shared.discard(Discarded::Closing, "the platform sends it again");
        };
        let payload = frame.payload.unwrap_or_default();
        let number = |name: &str, default| match frame.header(name) {
            None => Some(default),
            Some(text) => text.parse::<u64>().ok(),
        };
        let (Some(sum), Some(seq)) = (number("sum", 1), number("seq", 0)) else {
            return self.shared.discard(Discarded::Malformed, "sum or seq is not a number");
        };
        let payload = if sum == 1 {
            message.slice_ref(payload)
        } else {
            let id = frame.header("message_id").unwrap_or_default();
            match self.fragments.add(id, (seq, sum), payload, now) {
                Ok(Some(payload)) => payload,
                Ok(None) => return,
                Err(error) => return self.shared.discard(Discarded::Fragment, &error.to_string()),
            }
        };
        count(&self.shared.status.counters.events);
        let link = Arc::clone(&self.link);
        let due = Due { receipt: Receipt::of(frame), received: now, link };
        let inbound = Inbound { payload, due };
        match events.try_send(inbound) {
            Ok(()) => self.in_flight += 1,
            Err(TrySendError::Full(inbound)) => {
                self.in_flight += 1;
                let refusal = inbound.due.receipt.acknowledge(&Outcome::Failed);
                _ = self.link.commands.send(Command::Acknowledge(refusal));
                self.shared.discard(Discarded::Full, "the platform sends it again");
            }
            Err(TrySendError::Closed(_)) => {
                self.shared.discard(Discarded::Closing, "the platform sends it again");
            }
        }
    }
}
