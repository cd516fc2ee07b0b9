//! Messages: `im.v1.message.*`

mod change;
mod content;
mod incoming;
mod mentions;
mod message;
mod read;
mod send;
mod store;

pub(super) use incoming::{card, ids, post, replace_card, say};
pub(super) use store::Messages;

pub(crate) use incoming::{CardMessage, NewMessage, p2p_chat};

use super::Data;
use super::contact::Directory;
use crate::platform::Call;
use crate::platform::Platform;

/// What a message operation works with.
struct Ctx<'a> {
    messages: &'a mut Messages,
    directory: &'a Directory,
    platform: &'a Platform,
    call: &'a Call,
}

/// Answers a method of the message resource; None for one without state.
pub(super) fn answer(
    messages: &mut Messages,
    directory: &Directory,
    platform: &Platform,
    method: &str,
    call: &Call,
) -> Option<Data> {
    let mut ctx = Ctx { messages, directory, platform, call };
    let data = match method {
        "create" => send::create(&mut ctx),
        "reply" => send::reply(&mut ctx),
        "get" => read::get(&ctx),
        "list" => read::list(&ctx),
        "update" => change::update(&mut ctx),
        "patch" => return Some(change::patch(&mut ctx).map(|()| None)),
        "delete" => return Some(change::delete(&mut ctx).map(|()| None)),
        _ => return None,
    };
    Some(data.map(Some))
}
