//! FileStore of Drive and medias of documents: uploaded in one request, and downloaded.

use std::sync::Arc;

use serde_json::{Value, json};

use super::download::download as send;
use super::store::{Kind, New};
use super::{Ctx, verify};
use crate::http::{Rejection, Response, codes};
use crate::services::disk::Content;

/// The largest file of one request, in bytes.
const LIMIT: u64 = 20 << 20;

pub(super) fn upload_all(ctx: &mut Ctx<'_>, kind: Kind) -> Result<Value, Rejection> {
    let file = Arc::clone(&ctx.file("file")?.file);
    let declared = declared_size(ctx)?;
    if declared > LIMIT || file.size > LIMIT {
        return Err(Rejection::of(codes::DRIVE_FILE_TOO_LARGE));
    }
    if file.size != declared {
        return Err(Rejection::of(codes::SIZE_DIFFERS));
    }
    let content = Content::of(vec![file]);
    verify(ctx, &content)?;
    let target = Target::of(ctx, kind)?;
    Ok(json!({ "file_token": keep(ctx, target, content)? }))
}

pub(super) fn download(ctx: &Ctx<'_>, kind: Kind) -> Result<Response, Rejection> {
    let token = ctx.call.path("file_token");
    let stored = ctx.files.find(kind, token);
    let stored = stored.ok_or_else(|| Rejection::of(codes::DRIVE_NOT_FOUND))?;
    Ok(send(ctx.call, token, stored))
}

/// The size that a call declares, in bytes. There are no empty files in Drive.
pub(super) fn declared_size(ctx: &Ctx<'_>) -> Result<u64, Rejection> {
    let size = ctx.call.integer("size").and_then(|size| u64::try_from(size).ok());
    let size = size.filter(|size| *size > 0);
    size.ok_or_else(|| codes::DRIVE_PARAM.because("size must be positive"))
}

/// What a file is to become.
#[derive(Clone)]
pub(super) struct Target {
    kind: Kind,
    name: String,
    parent: String,
    /// The file whose content it replaces.
    replaces: Option<String>,
}

impl Target {
    pub(super) fn of(ctx: &Ctx<'_>, kind: Kind) -> Result<Self, Rejection> {
        let text = |name: &str| ctx.call.text(name).unwrap_or_default().to_owned();
        let name = text("file_name");
        if name.is_empty() {
            return Err(codes::DRIVE_PARAM.because("file_name is empty"));
        }
        let replaces = Some(text("file_token")).filter(|token| !token.is_empty());
        if replaces.as_ref().is_some_and(|token| ctx.files.find(kind, token).is_none()) {
            return Err(Rejection::of(codes::DRIVE_NOT_FOUND));
        }
        Ok(Self { kind, name, parent: text("parent_node"), replaces })
    }
}

/// Stores an uploaded file; its token.
pub(super) fn keep(
    ctx: &mut Ctx<'_>,
    target: Target,
    content: Content,
) -> Result<String, Rejection> {
    let Target { kind, name, parent, replaces } = target;
    let Some(token) = replaces else {
        return Ok(ctx.store(New { kind, name, content, parent }));
    };
    if ctx.files.find(kind, &token).is_none() {
        return Err(Rejection::of(codes::DRIVE_NOT_FOUND));
    }
    ctx.files.replace(&token, content, ctx.services.now_ms());
    Ok(token)
}
