//! FileStore and images of messages: `im.v1.file.*`, `im.v1.image.*`, `im.v1.message.resource.get`

use std::sync::Arc;

use serde_json::{Value, json};

use super::Ctx;
use super::store::{Kind, New, Stored};
use crate::http::{Rejection, Response, codes};
use crate::services::disk::Content;

/// The largest file, in bytes.
const FILE_LIMIT: u64 = 30 << 20;
/// The largest image, in bytes.
const IMAGE_LIMIT: u64 = 10 << 20;

pub(super) fn create_file(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let content = content(ctx, "file", FILE_LIMIT)?;
    let name = ctx.call.text("file_name").unwrap_or_default().to_owned();
    let new = New { kind: Kind::MessageFile, name, content, parent: String::new() };
    Ok(json!({ "file_key": ctx.store(new) }))
}

/// What an image shows is not looked at.
pub(super) fn create_image(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let content = content(ctx, "image", IMAGE_LIMIT)?;
    let new = New { kind: Kind::Image, name: String::new(), content, parent: String::new() };
    Ok(json!({ "image_key": ctx.store(new) }))
}

fn content(ctx: &Ctx<'_>, field: &str, limit: u64) -> Result<Content, Rejection> {
    let file = &ctx.file(field)?.file;
    match file.size {
        0 => Err(Rejection::of(codes::FILE_EMPTY)),
        size if size > limit => Err(Rejection::of(codes::FILE_TOO_LARGE)),
        _ => Ok(Content::of(vec![Arc::clone(file)])),
    }
}

/// A file, for the app that has uploaded it.
pub(super) fn get(ctx: &Ctx<'_>, kind: Kind, parameter: &str) -> Result<Response, Rejection> {
    let stored = find(ctx, kind, ctx.call.path(parameter))?;
    if stored.owner.app_id != ctx.call.caller.app() {
        return Err(Rejection::of(codes::FILE_OF_ANOTHER_APP));
    }
    Ok(response(stored))
}

/// A file or image in a message, for every app: all of them are in every chat.
pub(super) fn resource(ctx: &Ctx<'_>) -> Result<Response, Rejection> {
    let kind = match ctx.call.query("type") {
        Some("file") => Kind::MessageFile,
        Some("image") => Kind::Image,
        _ => return Err(codes::FILE_PARAM.because("invalid type")),
    };
    let content = ctx.im.content_of(ctx.call.tenant_key(), ctx.call.path("message_id"))?;
    let key = ctx.call.path("file_key");
    // Keys are long and random, so that one that is in the content at all is one of its values.
    if key.is_empty() || !content.contains(key) {
        return Err(Rejection::of(codes::FILE_NOT_IN_MESSAGE));
    }
    find(ctx, kind, key).map(response)
}

fn find<'a>(ctx: &'a Ctx<'_>, kind: Kind, key: &str) -> Result<&'a Stored, Rejection> {
    let unknown = || codes::FILE_PARAM.because("invalid key");
    ctx.files.find(kind, key).ok_or_else(unknown)
}

/// The whole file: ranges are documented for Drive only.
fn response(stored: &Stored) -> Response {
    Response::file(&stored.name, stored.content.whole())
}
