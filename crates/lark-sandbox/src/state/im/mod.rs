//! Messages: `im.v1.message.*`

mod change;
mod content;
mod mentions;
mod message;
mod person;
mod read;
mod send;
mod store;

pub(super) use person::{card, ids, post, replace_card, say};
pub(super) use store::Messages;

pub(crate) use person::{CardMessage, Words, p2p_chat};

use super::Data;
use super::contact::Directory;
use crate::call::Call;
use crate::platform::Platform;

/// What a message operation works with.
struct Desk<'a> {
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
    let mut desk = Desk { messages, directory, platform, call };
    let data = match method {
        "create" => send::create(&mut desk),
        "reply" => send::reply(&mut desk),
        "get" => read::get(&desk),
        "list" => read::list(&desk),
        "update" => change::update(&mut desk),
        "patch" => return Some(change::patch(&mut desk).map(|()| None)),
        "delete" => return Some(change::delete(&mut desk).map(|()| None)),
        _ => return None,
    };
    Some(data.map(Some))
}
