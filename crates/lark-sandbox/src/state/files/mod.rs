//! Files: of messages, of Drive, of documents, of tasks.

mod attachments;
mod chunks;
mod download;
mod drive;
mod listing;
mod messages;
mod shelf;

pub(super) use shelf::Files;

use serde_json::Value;

use super::im::Messages;
use crate::answer::{Answer, Refusal, faults};
use crate::call::Call;
use crate::platform::Platform;
use crate::receive::FormFile;
use shelf::Kind;

/// What an operation on files works with.
struct Desk<'a> {
    files: &'a mut Files,
    messages: &'a Messages,
    platform: &'a Platform,
    call: &'a Call,
}

impl Desk<'_> {
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
) -> Option<Result<Answer, Refusal>> {
    let desk = &mut Desk { files, messages, platform, call };
    let data = match operation {
        "im.v1.file.get" => return Some(messages::get(desk, Kind::MessageFile, "file_key")),
        "im.v1.image.get" => return Some(messages::get(desk, Kind::Image, "image_key")),
        "im.v1.message.resource.get" => return Some(messages::resource(desk)),
        "drive.v1.file.download" => return Some(drive::download(desk, Kind::DriveFile)),
        "drive.v1.media.download" => return Some(drive::download(desk, Kind::Media)),
        "im.v1.file.create" => messages::create_file(desk),
        "im.v1.image.create" => messages::create_image(desk),
        "drive.v1.file.list" => listing::list(desk),
        "drive.v1.file.delete" => listing::delete(desk),
        "drive.v1.file.create_folder" => listing::create_folder(desk),
        "drive.v1.meta.batch_query" => listing::metas(desk),
        "task.v2.attachment.upload" => attachments::upload(desk),
        "task.v2.attachment.get" => attachments::get(desk),
        "task.v2.attachment.list" => attachments::list(desk),
        "task.v2.attachment.delete" => {
            return Some(attachments::delete(desk).map(|()| Answer::success(None)));
        }
        _ => return upload(desk, operation),
    };
    Some(data.map(|data| Answer::success(Some(data))))
}

/// The four calls of an upload, which files and medias have alike.
fn upload(desk: &mut Desk<'_>, operation: &str) -> Option<Result<Answer, Refusal>> {
    let (resource, method) = operation.strip_prefix("drive.v1.")?.split_once('.')?;
    let kind = match resource {
        "file" => Kind::DriveFile,
        "media" => Kind::Media,
        _ => return None,
    };
    let data: Result<Option<Value>, Refusal> = match method {
        "upload_all" => drive::upload_all(desk, kind).map(Some),
        "upload_prepare" => chunks::prepare(desk, kind).map(Some),
        "upload_part" => chunks::part(desk, kind).map(|()| None),
        "upload_finish" => chunks::finish(desk, kind).map(Some),
        _ => return None,
    };
    Some(data.map(Answer::success))
}

/// Whether a checksum, if one is given, is that of the content.
fn verify(desk: &Desk<'_>, content: &crate::disk::Content) -> Result<(), Refusal> {
    let Some(given) = desk.call.text("checksum").filter(|given| !given.is_empty()) else {
        return Ok(());
    };
    let actual = content.checksum().map_err(|error| {
        // The directory is gone: the sandbox is stopping.
        faults::DRIVE_NOT_FOUND.because(error.to_string())
    })?;
    if actual == given { Ok(()) } else { Err(Refusal::of(faults::CHECKSUM_WRONG)) }
}
