//! Files of Drive and medias of documents: uploaded in one request, and downloaded.

use std::sync::Arc;

use serde_json::{Value, json};

use super::download::download as send;
use super::shelf::{Kind, New};
use super::{Desk, verify};
use crate::answer::{Answer, Refusal, faults};
use crate::disk::Content;

/// The largest file of one request, in bytes.
const LIMIT: u64 = 20 << 20;

pub(super) fn upload_all(desk: &mut Desk<'_>, kind: Kind) -> Result<Value, Refusal> {
    let file = Arc::clone(&desk.file("file")?.file);
    let declared = declared_size(desk)?;
    if declared > LIMIT || file.size > LIMIT {
        return Err(Refusal::of(faults::DRIVE_FILE_TOO_LARGE));
    }
    if file.size != declared {
        return Err(Refusal::of(faults::SIZE_DIFFERS));
    }
    let content = Content::of(vec![file]);
    verify(desk, &content)?;
    let target = Target::of(desk, kind)?;
    Ok(json!({ "file_token": keep(desk, target, content)? }))
}

pub(super) fn download(desk: &Desk<'_>, kind: Kind) -> Result<Answer, Refusal> {
    let token = desk.call.path("file_token");
    let stored = desk.files.find(kind, token);
    let stored = stored.ok_or_else(|| Refusal::of(faults::DRIVE_NOT_FOUND))?;
    Ok(send(desk.call, token, stored))
}

/// The size that a call declares, in bytes. There are no empty files in Drive.
pub(super) fn declared_size(desk: &Desk<'_>) -> Result<u64, Refusal> {
    let size = desk.call.integer("size").and_then(|size| u64::try_from(size).ok());
    let size = size.filter(|size| *size > 0);
    size.ok_or_else(|| faults::DRIVE_PARAM.because("size must be positive"))
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
    pub(super) fn of(desk: &Desk<'_>, kind: Kind) -> Result<Self, Refusal> {
        let text = |name: &str| desk.call.text(name).unwrap_or_default().to_owned();
        let name = text("file_name");
        if name.is_empty() {
            return Err(faults::DRIVE_PARAM.because("file_name is empty"));
        }
        let replaces = Some(text("file_token")).filter(|token| !token.is_empty());
        if replaces.as_ref().is_some_and(|token| desk.files.find(kind, token).is_none()) {
            return Err(Refusal::of(faults::DRIVE_NOT_FOUND));
        }
        Ok(Self { kind, name, parent: text("parent_node"), replaces })
    }
}

/// Stores an uploaded file; its token.
pub(super) fn keep(
    desk: &mut Desk<'_>,
    target: Target,
    content: Content,
) -> Result<String, Refusal> {
    let Target { kind, name, parent, replaces } = target;
    let Some(token) = replaces else {
        return Ok(desk.store(New { kind, name, content, parent }));
    };
    if desk.files.find(kind, &token).is_none() {
        return Err(Refusal::of(faults::DRIVE_NOT_FOUND));
    }
    desk.files.replace(&token, content, desk.platform.timeline.now_ms());
    Ok(token)
}
