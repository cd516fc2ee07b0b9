//! New messages.

use serde_json::Value;

use super::Ctx;
use super::content::{self, Writer};
use super::message::{Message, Position, Sender};
use super::p2p_chat;
use crate::http::{Rejection, codes};
use crate::platform::contact::UserIdType;

/// The longest `uuid` a request may have.
const UUID_LIMIT: usize = 50;

pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let kind = ctx.call.query("receive_id_type").unwrap_or_default();
    let receiver = ctx.call.text("receive_id").unwrap_or_default();
    let chat_id = chat_of(ctx, kind, receiver)?;
    let uuid = uuid(ctx, ctx.call.text("uuid"), &chat_id)?;
    send(ctx, Position::new(chat_id), uuid)
}

pub(super) fn reply(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let id = ctx.call.path("message_id");
    let uuid = uuid(ctx, ctx.call.text("uuid"), id)?;
    let in_thread = ctx.call.body["reply_in_thread"] == true;
    let parent = ctx.messages.find_mut(id)?;
    let thread_id = &mut parent.position.thread_id;
    if in_thread && thread_id.is_none() {
        *thread_id = Some(ctx.services.ids.next("omt_"));
    }
    let position = Position::reply_to(parent);
    send(ctx, position, uuid)
}

/// The chat a receiver is reached in. Any id of the right form will do; the platform knows many
/// chats and people that a test has no need to set up.
pub(super) fn chat_of(ctx: &Ctx<'_>, kind: &str, receiver: &str) -> Result<String, Rejection> {
    let right = match kind {
        "chat_id" => receiver.starts_with("oc_"),
        "open_id" => receiver.starts_with("ou_"),
        "union_id" => receiver.starts_with("on_"),
        "email" => receiver.contains('@'),
        _ => !receiver.is_empty(),
    };
    if !right {
        return Err(codes::MESSAGE_PARAM.because("invalid receive_id"));
    }
    if kind == "chat_id" {
        return Ok(receiver.to_owned());
    }
    // One person has one chat with the app, whatever id the message went to.
    let user = match UserIdType::named(kind) {
        Some(kind) => ctx.directory.find_user(kind, receiver),
        None => ctx.directory.find_user_by_email(receiver),
    };
    let person = user.map_or(receiver, |user| &user.open_id);
    Ok(p2p_chat(ctx.call.caller.app(), person))
}

/// The `uuid` together with what it is for: the same one may be used in two chats, and by two apps.
pub(super) fn uuid(
    ctx: &Ctx<'_>,
    uuid: Option<&str>,
    place: &str,
) -> Result<Option<String>, Rejection> {
    let uuid = uuid.filter(|uuid| !uuid.is_empty());
    if uuid.is_some_and(|uuid| uuid.chars().count() > UUID_LIMIT) {
        return Err(Rejection::of_field("uuid", "", "the max len is 50"));
    }
    Ok(uuid.map(|uuid| format!("{} {place} {uuid}", ctx.call.caller.app())))
}

fn send(ctx: &mut Ctx<'_>, position: Position, uuid: Option<String>) -> Result<Value, Rejection> {
    if let Some(sent) = repeated(ctx, uuid.as_deref()) {
        return Ok(sent);
    }
    let field = |name: &str| {
        let reason = || codes::MESSAGE_PARAM.because(format!("{name} is required"));
        ctx.call.text(name).ok_or_else(reason)
    };
    let msg_type = field("msg_type")?;
    let content = content::check(ctx.directory, Writer::Call, msg_type, field("content")?)?;
    let message = Message::new(ctx.services, position, sender(ctx), msg_type, content);
    deliver(ctx, message, uuid)
}

/// The message that a call with this `uuid` sent before.
pub(super) fn repeated(ctx: &Ctx<'_>, uuid: Option<&str>) -> Option<Value> {
    let sent = ctx.messages.repeated(uuid?, ctx.services.now_ms())?;
    Some(sent.render(ctx))
}

/// Puts a message into its chat, if the caller may send there now.
pub(super) fn deliver(
    ctx: &mut Ctx<'_>,
    message: Message,
    uuid: Option<String>,
) -> Result<Value, Rejection> {
    let chat_id = &message.position.chat_id;
    if ctx.call.caller.open_id.is_none() {
        let app_id = ctx.call.caller.app();
        ctx.chats.with(ctx.call.tenant_key(), |it| it.admit(chat_id, app_id))?;
    }
    ctx.chat_limit.admit(chat_id, ctx.services.now())?;
    let rendered = message.render(ctx);
    ctx.messages.add(message, uuid.as_deref());
    Ok(rendered)
}

/// Who a call speaks for.
pub(super) fn sender(ctx: &Ctx<'_>) -> Sender {
    let caller = &ctx.call.caller;
    let app = || Sender::App(caller.app().to_owned());
    caller.open_id.clone().map_or_else(app, Sender::User)
}
