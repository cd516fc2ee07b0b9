//! Files: of messages, of Drive, of documents, of tasks.

mod attachments;
mod chunks;
mod download;
mod drive;
mod im;
mod listing;
mod store;

pub(super) use store::Files;

use serde_json::Value;

use super::im::Messages;
use crate::http::FormFile;
use crate::http::{Refusal, Response, codes};
use crate::platform::Call;
use crate::platform::Platform;
use store::Kind;

/// What an operation on files works with.
struct Ctx<'a> {
    files: &'a mut Files,
    messages: &'a Messages,
    platform: &'a Platform,
    call: &'a Call,
}

impl Ctx<'_> {
    /// A file of the form. The checks have made sure that it is there.
    fn file(&self, field: &str) -> Result<&FormFile, Refusal> {
        let missing = || Refusal::of_field(field, "", "expected a file");
        self.call.files.get(field).ok_or_else(missing)
    }
}

/// Answers an operation; None for one without state.
pub(super) fn answer(
    files: &mut Files,
    messages: &Messages,
    platform: &Platform,
    operation: &str,
    call: &Call,
) -> Option<Result<Response, Refusal>> {
    let ctx = &mut Ctx { files, messages, platform, call };
    let data = match operation {
        "im.v1.file.get" => return Some(im::get(ctx, Kind::MessageFile, "file_key")),
        "im.v1.image.get" => return Some(im::get(ctx, Kind::Image, "image_key")),
        "im.v1.message.resource.get" => return Some(im::resource(ctx)),
        "drive.v1.file.download" => return Some(drive::download(ctx, Kind::DriveFile)),
        "drive.v1.media.download" => return Some(drive::download(ctx, Kind::Media)),
        "im.v1.file.create" => im::create_file(ctx),
        "im.v1.image.create" => im::create_image(ctx),
        "drive.v1.file.list" => listing::list(ctx),
        "drive.v1.file.delete" => listing::delete(ctx),
        "drive.v1.file.create_folder" => listing::create_folder(ctx),
        "drive.v1.meta.batch_query" => listing::metas(ctx),
        "task.v2.attachment.upload" => attachments::upload(ctx),
        "task.v2.attachment.get" => attachments::get(ctx),
        "task.v2.attachment.list" => attachments::list(ctx),
        "task.v2.attachment.delete" => {
            return Some(attachments::delete(ctx).map(|()| Response::success(None)));
        }
        _ => return upload(ctx, operation),
    };
    Some(data.map(|data| Response::success(Some(data))))
}

/// The four calls of an upload, which files and medias have alike.
fn upload(ctx: &mut Ctx<'_>, operation: &str) -> Option<Result<Response, Refusal>> {
    let (resource, method) = operation.strip_prefix("drive.v1.")?.split_once('.')?;
    let kind = match resource {
        "file" => Kind::DriveFile,
        "media" => Kind::Media,
        _ => return None,
    };
    let data: Result<Option<Value>, Refusal> = match method {
        "upload_all" => drive::upload_all(ctx, kind).map(Some),
        "upload_prepare" => chunks::prepare(ctx, kind).map(Some),
        "upload_part" => chunks::part(ctx, kind).map(|()| None),
        "upload_finish" => chunks::finish(ctx, kind).map(Some),
        _ => return None,
    };
    Some(data.map(Response::success))
}

/// Whether a checksum, if one is given, is that of the content.
fn verify(ctx: &Ctx<'_>, content: &crate::services::disk::Content) -> Result<(), Refusal> {
    let Some(given) = ctx.call.text("checksum").filter(|given| !given.is_empty()) else {
        return Ok(());
    };
    let actual = content.checksum().map_err(|error| {
        // The directory is gone: the sandbox is stopping.
        codes::DRIVE_NOT_FOUND.because(error.to_string())
    })?;
    if actual == given { Ok(()) } else { Err(Refusal::of(codes::CHECKSUM_WRONG)) }
}
