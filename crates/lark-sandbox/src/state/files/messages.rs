//! Files and images of messages: `im.v1.file.*`, `im.v1.image.*`, `im.v1.message.resource.get`

use std::sync::Arc;

use serde_json::{Value, json};

use super::Desk;
use super::shelf::{Kind, New, Stored};
use crate::answer::{Answer, Refusal, faults};
use crate::disk::Content;

/// The largest file, in bytes.
const FILE_LIMIT: u64 = 30 << 20;
/// The largest image, in bytes.
const IMAGE_LIMIT: u64 = 10 << 20;

pub(super) fn create_file(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let content = content(desk, "file", FILE_LIMIT)?;
    let name = desk.call.text("file_name").unwrap_or_default().to_owned();
    let new = New { kind: Kind::MessageFile, name, content, parent: String::new() };
    Ok(json!({ "file_key": desk.store(new) }))
}

/// What an image shows is not looked at.
pub(super) fn create_image(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let content = content(desk, "image", IMAGE_LIMIT)?;
    let new = New { kind: Kind::Image, name: String::new(), content, parent: String::new() };
    Ok(json!({ "image_key": desk.store(new) }))
}

fn content(desk: &Desk<'_>, field: &str, limit: u64) -> Result<Content, Refusal> {
    let file = &desk.file(field)?.file;
    match file.size {
        0 => Err(Refusal::of(faults::FILE_EMPTY)),
        size if size > limit => Err(Refusal::of(faults::FILE_TOO_LARGE)),
        _ => Ok(Content::of(vec![Arc::clone(file)])),
    }
}

/// A file, for the app that has uploaded it.
pub(super) fn get(desk: &Desk<'_>, kind: Kind, parameter: &str) -> Result<Answer, Refusal> {
    let stored = find(desk, kind, desk.call.path(parameter))?;
    if stored.owner.app_id != desk.call.caller.app() {
        return Err(Refusal::of(faults::FILE_OF_ANOTHER_APP));
    }
    Ok(answer(stored))
}

/// A file or image in a message, for every app: all of them are in every chat.
pub(super) fn resource(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let kind = match desk.call.query("type") {
        Some("file") => Kind::MessageFile,
        Some("image") => Kind::Image,
        _ => return Err(faults::FILE_PARAM.because("invalid type")),
    };
    let content = desk.messages.content_of(desk.call.path("message_id"))?;
    let key = desk.call.path("file_key");
    // Keys are long and random, so that one that is in the content at all is one of its values.
    if key.is_empty() || !content.contains(key) {
        return Err(Refusal::of(faults::FILE_NOT_IN_MESSAGE));
    }
    find(desk, kind, key).map(answer)
}

fn find<'a>(desk: &'a Desk<'_>, kind: Kind, key: &str) -> Result<&'a Stored, Refusal> {
    let unknown = || faults::FILE_PARAM.because("invalid key");
    desk.files.find(kind, key).ok_or_else(unknown)
}

/// The whole file: ranges are documented for Drive only.
fn answer(stored: &Stored) -> Answer {
    Answer::file(&stored.name, stored.content.whole())
}
