//! Uploads in parts: prepare, part, finish.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::drive::{Target, declared_size, keep};
use super::shelf::{Kind, Owner};
use super::{Desk, verify};
use crate::answer::{Refusal, faults};
use crate::disk::{Content, DiskFile};

/// The size of every part but the last, in bytes. The platform chooses it, and has chosen this.
const BLOCK_SIZE: u64 = 4 << 20;
/// How long an upload may take: 24 hours.
const LIFE_MS: u64 = 24 * 60 * 60 * 1000;

/// An upload that is not finished.
pub(super) struct Upload {
    kind: Kind,
    owner: Owner,
    target: Target,
    size: u64,
    expires_ms: u64,
    parts: BTreeMap<u64, Arc<DiskFile>>,
}

impl Upload {
    fn blocks(&self) -> u64 {
        self.size.div_ceil(BLOCK_SIZE)
    }

    /// The size that a part must have.
    fn size_of(&self, seq: u64) -> u64 {
        (self.size - seq * BLOCK_SIZE).min(BLOCK_SIZE)
    }
}

pub(super) fn prepare(desk: &mut Desk<'_>, kind: Kind) -> Result<Value, Refusal> {
    let size = declared_size(desk)?;
    let upload = Upload {
        kind,
        owner: Owner::of(desk),
        target: Target::of(desk, kind)?,
        size,
        expires_ms: desk.platform.timeline.now_ms() + LIFE_MS,
        parts: BTreeMap::new(),
    };
    let blocks = upload.blocks();
    let id = desk.platform.ids.next("upload_");
    desk.files.uploads.insert(id.clone(), upload);
    Ok(json!({ "upload_id": id, "block_size": BLOCK_SIZE, "block_num": blocks }))
}

/// A part, in any order. One that comes again replaces the first.
pub(super) fn part(desk: &mut Desk<'_>, kind: Kind) -> Result<(), Refusal> {
    let upload = find(desk, kind)?;
    let file = Arc::clone(&desk.file("file")?.file);
    let seq = desk.call.integer("seq").and_then(|seq| u64::try_from(seq).ok());
    let seq = seq.filter(|seq| *seq < upload.blocks());
    let seq = seq.ok_or_else(|| Refusal::of(faults::BLOCK_OUT_OF_BOUNDS))?;
    let declared = declared_size(desk)?;
    if declared != file.size || declared != upload.size_of(seq) {
        return Err(Refusal::of(faults::SIZE_DIFFERS));
    }
    verify(desk, &Content::of(vec![Arc::clone(&file)]))?;
    let id = desk.call.text("upload_id").unwrap_or_default();
    if let Some(upload) = desk.files.uploads.get_mut(id) {
        upload.parts.insert(seq, file);
        desk.files.parts += 1;
    }
    Ok(())
}

/// The file, once all its parts are there. A second time there is no such upload any more.
pub(super) fn finish(desk: &mut Desk<'_>, kind: Kind) -> Result<Value, Refusal> {
    let upload = find(desk, kind)?;
    let blocks = upload.blocks();
    if desk.call.integer("block_num").and_then(|blocks| u64::try_from(blocks).ok()) != Some(blocks)
    {
        return Err(Refusal::of(faults::BLOCK_OUT_OF_BOUNDS));
    }
    if upload.parts.len() as u64 != blocks {
        return Err(Refusal::of(faults::BLOCK_MISSING));
    }
    let content = Content::of(upload.parts.values().map(Arc::clone).collect());
    let target = upload.target.clone();
    let token = keep(desk, target, content)?;
    desk.files.uploads.remove(desk.call.text("upload_id").unwrap_or_default());
    Ok(json!({ "file_token": token }))
}

/// The upload of a call, if it lives and is the caller's.
fn find<'a>(desk: &'a Desk<'_>, kind: Kind) -> Result<&'a Upload, Refusal> {
    let id = desk.call.text("upload_id").unwrap_or_default();
    let upload = desk.files.uploads.get(id).filter(|upload| upload.kind == kind);
    let alive = upload.filter(|upload| desk.platform.timeline.now_ms() < upload.expires_ms);
    let upload = alive.ok_or_else(|| Refusal::of(faults::UPLOAD_EXPIRED))?;
    if upload.owner != Owner::of(desk) {
        return Err(Refusal::of(faults::UPLOAD_OF_ANOTHER));
    }
    Ok(upload)
}
