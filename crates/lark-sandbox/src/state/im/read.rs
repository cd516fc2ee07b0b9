//! Messages read back.

use serde_json::{Value, json};

use super::Desk;
use super::message::Message;
use crate::answer::{Refusal, faults};
use crate::state::page::{LARGEST, List};

pub(super) fn get(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let message = desk.messages.find(desk.call.path("message_id"))?;
    Ok(json!({ "items": [message.render(desk)] }))
}

/// The history of a chat or thread, recalled messages included.
pub(super) fn list(desk: &Desk<'_>) -> Result<Value, Refusal> {
    let id = desk.call.query("container_id").unwrap_or_default();
    let descending = desk.call.query("sort_type") == Some("ByCreateTimeDesc");
    match desk.call.query("container_id_type") {
        Some("chat") => page(desk, id, descending, desk.messages.of_chat(id)),
        Some("thread") => page(desk, id, descending, desk.messages.of_thread(id)),
        _ => Err(faults::MESSAGE_PARAM.because("invalid container_id_type")),
    }
}

fn page<'a>(
    desk: &Desk<'_>,
    container: &str,
    descending: bool,
    messages: impl DoubleEndedIterator<Item = (u64, &'a Message)>,
) -> Result<Value, Refusal> {
    let (start, end) = (seconds(desk, "start_time")?, seconds(desk, "end_time")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(faults::MESSAGE_PARAM.because("start_time is later than end_time"));
    }
    let roots_only = desk.call.is_set("only_thread_root_messages");
    let wanted = messages.filter(|(_, message)| {
        let sent = message.created_ms / 1000;
        let in_thread = message.thread_id.is_some() && message.parent_id.is_some();
        start.is_none_or(|start| sent >= start)
            && end.is_none_or(|end| sent <= end)
            && !(roots_only && in_thread)
    });
    let scope = format!("messages of {container} {descending}");
    let list = List { scope: &scope, default_size: 20, largest: LARGEST };
    let render = |message: &Message| message.render(desk);
    if descending {
        // Keys of a page have to ascend.
        let newest_first = wanted.rev().map(|(serial, message)| (u64::MAX - serial, message));
        return list.page(desk.call, newest_first, render);
    }
    list.page(desk.call, wanted, render)
}

/// A time in seconds since 1970.
fn seconds(desk: &Desk<'_>, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = desk.call.query(name) else { return Ok(None) };
    let time =
        text.parse().map_err(|_| faults::MESSAGE_PARAM.because(format!("invalid {name}")))?;
    Ok(Some(time))
}
