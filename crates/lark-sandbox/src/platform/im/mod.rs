//! Messages: `im.v1.message.*`, and what people and hooks write. Chats, and who is in them.

mod message;
mod store;

mod card;
mod content;
mod mentions;
mod post;

// By a call.
mod change;
mod chat_limit;
mod forward;
mod read;
mod send;

// As an older version has it.
mod message_v4;

// Other than by a call.
mod cards;
mod incoming;

// Where.
mod chats;

pub(crate) use cards::CardMessage;
pub(super) use chats::Chats;
pub(super) use incoming::HookPost;
pub(crate) use incoming::{Author, NewMessage, Place};
pub(super) use message_v4::MessageV4;

use std::sync::Arc;

use serde_json::Value;

use super::contact::{Contact, Directory};
use super::part::{data, no_data};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::services::Services;
use crate::services::ids::{hash, wide};
use crate::spec::{index_of, operation};
use chat_limit::ChatLimit;
use store::Messages;

/// The messages of each tenant.
pub(crate) struct Im {
    pub(crate) chat_limit: ChatLimit,
    messages: Tenants<Messages>,
    contact: Arc<Contact>,
    chats: Arc<Chats>,
}

/// What a message operation works with.
struct Ctx<'a> {
    messages: &'a mut Messages,
    directory: &'a Directory,
    chat_limit: &'a ChatLimit,
    chats: &'a Chats,
    services: &'a Services,
    call: &'a Call,
}

impl Part for Im {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let operation_id = call.operation_id;
        let response = self.with(services, call, |ctx| match operation_id {
            "im.v1.message.create" => data(send::create(ctx)),
            "im.v1.message.reply" => data(send::reply(ctx)),
            "im.v1.message.forward" => data(forward::forward(ctx)),
            "im.v1.message.merge_forward" => data(forward::merge_forward(ctx)),
            "im.v1.message.get" => data(read::get(ctx)),
            "im.v1.message.list" => data(read::list(ctx)),
            "im.v1.message.update" => data(change::update(ctx)),
            "im.v1.message.patch" => no_data(change::patch(ctx)),
            "im.v1.message.delete" => no_data(change::delete(ctx)),
            _ => None,
        })?;
        Some(response.map_err(|rejection| as_stated(operation_id, rejection)))
    }
}

/// The rejection in the code that the page of the operation states, where it does not have the one that
/// most of them have for the same.
fn as_stated(operation_id: &str, rejection: Rejection) -> Rejection {
    const OTHERS: [(ErrorCode, ErrorCode); 2] = [
        (codes::MESSAGE_RECALLED, codes::MESSAGE_DELETED),
        (codes::MESSAGE_OF_ANOTHER, codes::RECALL_FORBIDDEN),
    ];
    let operation = index_of(operation_id).map(operation);
    let states = |code: i64| operation.is_some_and(|it| it.errors.iter().any(|it| it.1 == code));
    let other = OTHERS.iter().find(|(usual, _)| usual.code == rejection.code);
    let other = other.filter(|(usual, other)| !states(usual.code) && states(other.code));
    other.map_or(rejection, |(_, other)| Rejection::of(*other))
}

impl Im {
    pub(super) fn new(seed: Option<Seed>, contact: Arc<Contact>, chats: Arc<Chats>) -> Self {
        Self { chat_limit: ChatLimit::default(), messages: Tenants::new(seed), contact, chats }
    }

    /// Does what an operation does; None if the sandbox keeps nothing.
    fn with<T>(
        &self,
        services: &Services,
        call: &Call,
        work: impl FnOnce(&mut Ctx<'_>) -> Option<T>,
    ) -> Option<T> {
        let messages = self.messages.of(call.tenant_key())?;
        let directory = self.contact.directories.of(call.tenant_key())?;
        work(&mut Ctx {
            messages: &mut crate::lock(&messages),
            directory: &crate::lock(&directory),
            chat_limit: &self.chat_limit,
            chats: &self.chats,
            services,
            call,
        })
    }

    /// Sends a new message or a reply, which is returned.
    fn send(&self, services: &Services, call: &Call) -> Option<Result<Value, Rejection>> {
        self.with(services, call, |ctx| {
            let is_reply = ctx.call.operation_id == "im.v1.message.reply";
            Some(if is_reply { send::reply(ctx) } else { send::create(ctx) })
        })
    }

    /// Distinct messages that were sent, in all tenants.
    pub(crate) fn messages_sent(&self) -> usize {
        self.messages.all().iter().map(|messages| crate::lock(messages).count()).sum()
    }

    /// The chat that a message is in.
    pub(crate) fn chat_of(&self, tenant_key: &str, message_id: &str) -> Result<String, Rejection> {
        let messages = self.messages.need(tenant_key, codes::MESSAGE_PARAM)?;
        crate::lock(&messages).find(message_id).map(|message| message.position.chat_id.clone())
    }

    /// The content of a message that was not recalled.
    pub(super) fn content_of(&self, tenant_key: &str, id: &str) -> Result<String, Rejection> {
        let messages = self.messages.need(tenant_key, codes::MESSAGE_PARAM)?;
        let messages = crate::lock(&messages);
        let message = messages.find(id)?;
        // Files of forwarded messages belong to the message that they were forwarded within.
        if message.upper_id.is_some() {
            return Ok(String::new());
        }
        let (mut content, mut left) = (message.content.clone(), vec![id]);
        while let Some(id) = left.pop() {
            for inner in messages.within(id) {
                content.push_str(&inner.content);
                left.push(&inner.id);
            }
        }
        Ok(content)
    }
}

/// The chat of one person and one app, whatever id the person is named by.
fn p2p_chat(app_id: &str, open_id: &str) -> String {
    wide("oc_", hash(&format!("{app_id} {open_id}")))
}
