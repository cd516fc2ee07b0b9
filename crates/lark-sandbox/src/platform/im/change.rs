//! Messages changed and recalled.

use serde_json::Value;

use super::Ctx;
use super::content::{self, Writer};
use super::message::Message;
use super::send::sender;
use crate::http::{ErrorCode, Rejection, codes};

/// How long a message can be changed.
const CHANGEABLE_MS: u64 = 14 * 24 * 60 * 60 * 1000;

/// New content for a text or post.
pub(super) fn update(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let msg_type = required(ctx, "msg_type")?.to_owned();
    let own = own(ctx)?;
    let editable = ["text", "post"];
    if !editable.contains(&msg_type.as_str()) || !editable.contains(&own.msg_type.as_str()) {
        return reject(codes::MESSAGE_KIND);
    }
    let message = rewrite(ctx, &msg_type)?;
    Ok(message.render(ctx))
}

/// New content for a card.
pub(super) fn patch(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    if own(ctx)?.msg_type != "interactive" {
        return reject(codes::MESSAGE_KIND);
    }
    rewrite(ctx, "interactive").map(drop)
}

/// Takes a message back.
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    own(ctx)?;
    let now = ctx.services.now_ms();
    let message = ctx.messages.find_mut(ctx.call.path("message_id"))?;
    message.deleted = true;
    message.updated_ms = now;
    Ok(())
}

/// The message of the call, if the caller has sent it.
fn own<'a>(ctx: &'a Ctx<'_>) -> Result<&'a Message, Rejection> {
    let message = ctx.messages.find(ctx.call.path("message_id"))?;
    if message.sender != sender(ctx) {
        return reject(codes::MESSAGE_OF_ANOTHER);
    }
    Ok(message)
}

fn rewrite(ctx: &mut Ctx<'_>, msg_type: &str) -> Result<Message, Rejection> {
    let sent = required(ctx, "content")?;
    let content = content::check(ctx.directory, Writer::Call, msg_type, sent)?;
    let now = ctx.services.now_ms();
    let message = ctx.messages.find_mut(ctx.call.path("message_id"))?;
    if now.saturating_sub(message.created_ms) > CHANGEABLE_MS {
        return reject(codes::MESSAGE_TOO_OLD);
    }
    message.msg_type = msg_type.to_owned();
    message.content = content.text;
    message.mentions = content.mentions;
    message.updated = true;
    message.updated_ms = now;
    Ok(message.clone())
}

fn required<'a>(ctx: &'a Ctx<'_>, field: &str) -> Result<&'a str, Rejection> {
    let reason = || codes::MESSAGE_PARAM.because(format!("{field} is required"));
    ctx.call.text(field).ok_or_else(reason)
}

fn reject<T>(code: ErrorCode) -> Result<T, Rejection> {
    Err(Rejection::of(code))
}
