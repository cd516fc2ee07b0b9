//! Uploads in parts: prepare, part, finish.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::drive::{Target, declared_size, keep};
use super::store::{Kind, Owner};
use super::{Ctx, verify};
use crate::http::{Rejection, codes};
use crate::services::disk::{Content, DiskFile};

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

pub(super) fn prepare(ctx: &mut Ctx<'_>, kind: Kind) -> Result<Value, Rejection> {
    let size = declared_size(ctx)?;
    let upload = Upload {
        kind,
        owner: Owner::of(ctx),
        target: Target::of(ctx, kind)?,
        size,
        expires_ms: ctx.services.now_ms() + LIFE_MS,
        parts: BTreeMap::new(),
    };
    let blocks = upload.blocks();
    let id = ctx.services.ids.next("upload_");
    ctx.files.uploads.insert(id.clone(), upload);
    Ok(json!({ "upload_id": id, "block_size": BLOCK_SIZE, "block_num": blocks }))
}

/// A part, in any order. One that comes again replaces the first.
pub(super) fn part(ctx: &mut Ctx<'_>, kind: Kind) -> Result<(), Rejection> {
    let upload = find(ctx, kind)?;
    let file = Arc::clone(&ctx.file("file")?.file);
    let seq = ctx.call.integer("seq").and_then(|seq| u64::try_from(seq).ok());
    let seq = seq.filter(|seq| *seq < upload.blocks());
    let seq = seq.ok_or_else(|| Rejection::of(codes::BLOCK_OUT_OF_BOUNDS))?;
    let declared = declared_size(ctx)?;
    if declared != file.size || declared != upload.size_of(seq) {
        return Err(Rejection::of(codes::SIZE_DIFFERS));
    }
    verify(ctx, &Content::of(vec![Arc::clone(&file)]))?;
    let id = ctx.call.text("upload_id").unwrap_or_default();
    if let Some(upload) = ctx.files.uploads.get_mut(id) {
        upload.parts.insert(seq, file);
        ctx.files.parts += 1;
    }
    Ok(())
}

/// The file, once all its parts are there. A second time there is no such upload any more.
pub(super) fn finish(ctx: &mut Ctx<'_>, kind: Kind) -> Result<Value, Rejection> {
    let upload = find(ctx, kind)?;
    let blocks = upload.blocks();
    if ctx.call.integer("block_num").and_then(|blocks| u64::try_from(blocks).ok()) != Some(blocks) {
        return Err(Rejection::of(codes::BLOCK_OUT_OF_BOUNDS));
    }
    if upload.parts.len() as u64 != blocks {
        return Err(Rejection::of(codes::BLOCK_MISSING));
    }
    let content = Content::of(upload.parts.values().map(Arc::clone).collect());
    let target = upload.target.clone();
    let token = keep(ctx, target, content)?;
    ctx.files.uploads.remove(ctx.call.text("upload_id").unwrap_or_default());
    Ok(json!({ "file_token": token }))
}

/// The upload of a call, if it lives and is the caller's.
fn find<'a>(ctx: &'a Ctx<'_>, kind: Kind) -> Result<&'a Upload, Rejection> {
    let id = ctx.call.text("upload_id").unwrap_or_default();
    let upload = ctx.files.uploads.get(id).filter(|upload| upload.kind == kind);
    let alive = upload.filter(|upload| ctx.services.now_ms() < upload.expires_ms);
    let upload = alive.ok_or_else(|| Rejection::of(codes::UPLOAD_EXPIRED))?;
    if upload.owner != Owner::of(ctx) {
        return Err(Rejection::of(codes::UPLOAD_OF_ANOTHER));
    }
    Ok(upload)
}
