//! Pinned messages: kept like any resource, each in the chat of its message.

use std::sync::Arc;

use serde_json::{Map, json};

use super::im::Im;
use super::memory::Memory;
use super::{Call, Part};
use crate::http::{Rejection, Response};
use crate::services::Services;

/// `im.v1.pin.create`.
pub(super) struct Pins {
    im: Arc<Im>,
    memory: Arc<Memory>,
}

impl Pins {
    pub(super) fn new(im: Arc<Im>, memory: Arc<Memory>) -> Self {
        Self { im, memory }
    }
}

impl Part for Pins {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        // Messages from elsewhere are in a chat that nobody knows.
        let chat = self.im.chat_of(call.tenant_key(), call.text("message_id")?).ok();
        let known: Map<_, _> =
            chat.map(|id| ("chat_id".to_owned(), json!(id))).into_iter().collect();
        let created = self.memory.create_in(known, services, call)?;
        Some(created.map(|it| it.response))
    }
}
