//! Messages read back.

use serde_json::{Value, json};

use super::Ctx;
use super::message::Message;
use crate::http::{Rejection, codes};
use crate::platform::page::{LARGEST, List, Order};

/// A message, and behind it all that are within it.
pub(super) fn get(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let message = ctx.messages.find(ctx.call.path("message_id"))?;
    let mut items = Vec::new();
    render_all(ctx, message, &mut items);
    Ok(json!({ "items": items }))
}

fn render_all(ctx: &Ctx<'_>, message: &Message, items: &mut Vec<Value>) {
    items.push(message.render(ctx));
    if !message.deleted {
        ctx.messages.within(&message.id).for_each(|inner| render_all(ctx, inner, items));
    }
}

/// The history of a chat or thread, recalled messages included.
pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let id = ctx.call.query("container_id").unwrap_or_default();
    let order = match ctx.call.query("sort_type") {
        Some("ByCreateTimeDesc") => Order::Descending,
        _ => Order::Ascending,
    };
    match ctx.call.query("container_id_type") {
        Some("chat") => page(ctx, id, order, ctx.messages.of_chat(id)),
        Some("thread") => page(ctx, id, order, ctx.messages.of_thread(id)),
        _ => Err(codes::MESSAGE_PARAM.because("invalid container_id_type")),
    }
}

fn page<'a>(
    ctx: &Ctx<'_>,
    container: &str,
    order: Order,
    messages: impl DoubleEndedIterator<Item = (u64, &'a Message)>,
) -> Result<Value, Rejection> {
    let (start, end) = (seconds(ctx, "start_time")?, seconds(ctx, "end_time")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(codes::MESSAGE_PARAM.because("start_time is later than end_time"));
    }
    let roots_only = ctx.call.is_set("only_thread_root_messages");
    let wanted = messages.filter(|(_, message)| {
        let sent = message.created_ms / 1000;
        let position = &message.position;
        let in_thread = position.thread_id.is_some() && position.parent_id.is_some();
        start.is_none_or(|start| sent >= start)
            && end.is_none_or(|end| sent <= end)
            && !(roots_only && in_thread)
    });
    let scope = format!("messages of {container} {order:?}");
    let list = List { scope: &scope, key: "items", default_size: 20, largest: LARGEST };
    list.ordered_page(ctx.call, order, wanted, |message| message.render(ctx))
}

/// A time in seconds since 1970.
fn seconds(ctx: &Ctx<'_>, name: &str) -> Result<Option<u64>, Rejection> {
    let Some(text) = ctx.call.query(name) else { return Ok(None) };
    let time = text.parse().map_err(|_| codes::MESSAGE_PARAM.because(format!("invalid {name}")))?;
    Ok(Some(time))
}
