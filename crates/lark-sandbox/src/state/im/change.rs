//! Messages changed and recalled.

use serde_json::Value;

use super::Desk;
use super::content;
use super::message::Message;
use super::send::sender;
use crate::answer::{Fault, Refusal, faults};

/// How long a message can be changed.
const CHANGEABLE_MS: u64 = 14 * 24 * 60 * 60 * 1000;

/// New content for a text or post.
pub(super) fn update(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let msg_type = required(desk, "msg_type")?.to_owned();
    let own = own(desk)?;
    let editable = ["text", "post"];
    if !editable.contains(&msg_type.as_str()) || !editable.contains(&own.msg_type.as_str()) {
        return refuse(faults::MESSAGE_KIND);
    }
    let message = rewrite(desk, &msg_type)?;
    Ok(message.render(desk))
}

/// New content for a card.
pub(super) fn patch(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    if own(desk)?.msg_type != "interactive" {
        return refuse(faults::MESSAGE_KIND);
    }
    rewrite(desk, "interactive").map(drop)
}

/// Takes a message back.
pub(super) fn delete(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    own(desk)?;
    let now = desk.platform.timeline.now_ms();
    let message = desk.messages.find_mut(desk.call.path("message_id"))?;
    message.deleted = true;
    message.updated_ms = now;
    Ok(())
}

/// The message of the call, if whoever calls sent it.
fn own<'a>(desk: &'a Desk<'_>) -> Result<&'a Message, Refusal> {
    let message = desk.messages.find(desk.call.path("message_id"))?;
    if message.sender != sender(desk) {
        return refuse(faults::MESSAGE_OF_ANOTHER);
    }
    Ok(message)
}

fn rewrite(desk: &mut Desk<'_>, msg_type: &str) -> Result<Message, Refusal> {
    let content = content::check(desk.directory, msg_type, required(desk, "content")?)?;
    let now = desk.platform.timeline.now_ms();
    let message = desk.messages.find_mut(desk.call.path("message_id"))?;
    if now.saturating_sub(message.created_ms) > CHANGEABLE_MS {
        return refuse(faults::MESSAGE_TOO_OLD);
    }
    message.msg_type = msg_type.to_owned();
    message.content = content.text;
    message.mentions = content.mentions;
    message.updated = true;
    message.updated_ms = now;
    Ok(message.clone())
}

fn required<'a>(desk: &'a Desk<'_>, field: &str) -> Result<&'a str, Refusal> {
    let reason = || faults::MESSAGE_PARAM.because(format!("{field} is required"));
    desk.call.text(field).ok_or_else(reason)
}

fn refuse<T>(fault: Fault) -> Result<T, Refusal> {
    Err(Refusal::of(fault))
}
