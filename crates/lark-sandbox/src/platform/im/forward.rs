//! Messages that are forwarded: one as it is, several within one.

use serde_json::{Value, json};

use super::Ctx;
use super::content::Content;
use super::message::{Message, Position, Sender};
use super::send::{chat_of, deliver, repeated, sender, uuid};
use super::store::Messages;
use crate::http::{Rejection, codes};
use crate::services::Services;

/// The type of a message that holds others.
pub(super) const MERGE_FORWARD: &str = "merge_forward";

/// What the platform has as the content of such a message.
const CONTENT: &str = "Merged and Forwarded Message";

/// A message that holds copies of others.
pub(super) struct Merged {
    pub(super) message: Message,
    /// The copies, and those within them.
    pub(super) inner: Vec<Message>,
    /// Ids that no message has.
    pub(super) invalid: Vec<String>,
}

impl Merged {
    /// Copies messages into a new one.
    pub(super) fn new(
        services: &Services,
        messages: &Messages,
        ids: &[&str],
        place: (Position, Sender),
    ) -> Result<Self, Rejection> {
        let (position, sender) = place;
        let content = Content { text: CONTENT.to_owned(), mentions: Vec::new() };
        let message = Message::new(services, position, sender, MERGE_FORWARD, content);
        let mut merged = Self { message, inner: Vec::new(), invalid: Vec::new() };
        let mut chat_id = None;
        for id in ids {
            let Ok(original) = messages.find(id) else {
                merged.invalid.push((*id).to_owned());
                continue;
            };
            if *chat_id.get_or_insert(&original.position.chat_id) != &original.position.chat_id {
                return Err(codes::MESSAGE_PARAM.because("the messages are of several chats"));
            }
            let upper = merged.message.id.clone();
            copy(services, messages, original, Some(upper), &mut merged.inner);
        }
        match merged.inner.is_empty() {
            true => Err(codes::MESSAGE_PARAM.because("invalid message_id_list")),
            false => Ok(merged),
        }
    }
}

/// Sends several messages of a chat as one.
pub(super) fn merge_forward(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let (position, uuid) = place(ctx)?;
    if let Some(sent) = repeated(ctx, uuid.as_deref()) {
        return Ok(json!({ "message": sent }));
    }
    let ids = ctx.call.body["message_id_list"].as_array().into_iter().flatten();
    let ids: Vec<&str> = ids.filter_map(Value::as_str).collect();
    let place = (position, sender(ctx));
    let Merged { message, inner, invalid } = Merged::new(ctx.services, ctx.messages, &ids, place)?;
    let message = deliver(ctx, message, uuid)?;
    inner.into_iter().for_each(|it| ctx.messages.add_within(it));
    Ok(json!({ "message": message, "invalid_message_id_list": invalid }))
}

/// Sends a message once more.
pub(super) fn forward(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let (position, uuid) = place(ctx)?;
    if let Some(sent) = repeated(ctx, uuid.as_deref()) {
        return Ok(sent);
    }
    let original = ctx.messages.find(ctx.call.path("message_id"))?;
    let mut copies = Vec::new();
    copy(ctx.services, ctx.messages, original, None, &mut copies);
    let mut message = copies.remove(0);
    let now = ctx.services.now_ms();
    (message.position, message.sender) = (position, sender(ctx));
    (message.created_ms, message.updated_ms, message.updated) = (now, now, false);
    let rendered = deliver(ctx, message, uuid)?;
    copies.into_iter().for_each(|it| ctx.messages.add_within(it));
    Ok(rendered)
}

/// Adds a copy of a message, and of those within it.
fn copy(
    services: &Services,
    messages: &Messages,
    original: &Message,
    upper_id: Option<String>,
    copies: &mut Vec<Message>,
) {
    let id = services.ids.next("om_");
    let position = Position::new(original.position.chat_id.clone());
    copies.push(Message { id: id.clone(), position, upper_id, ..original.clone() });
    for inner in messages.within(&original.id) {
        copy(services, messages, inner, Some(id.clone()), copies);
    }
}

/// Where a call forwards to, and its `uuid`.
fn place(ctx: &Ctx<'_>) -> Result<(Position, Option<String>), Rejection> {
    let kind = ctx.call.query("receive_id_type").unwrap_or_default();
    let receiver = ctx.call.text("receive_id").unwrap_or_default();
    let position = match kind {
        "thread_id" => {
            let first = ctx.messages.of_thread(receiver).next();
            let (_, root) =
                first.ok_or_else(|| codes::MESSAGE_PARAM.because("invalid receive_id"))?;
            Position::reply_to(root)
        }
        kind => Position::new(chat_of(ctx, kind, receiver)?),
    };
    let uuid = uuid(ctx, ctx.call.query("uuid"), &position.chat_id)?;
    Ok((position, uuid))
}
