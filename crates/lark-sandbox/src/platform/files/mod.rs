//! Files: of messages, of Drive, of documents, of tasks.

mod store;

mod message_files;

mod chunks;
mod download;
mod drive;
mod listing;

mod attachments;

use std::sync::Arc;

use super::im::Im;
use super::part::{data, no_data};
use super::tenants::Tenants;
use super::{Call, Checks, Part, Seed};
use crate::http::{FormFile, Rejection, Response, codes};
use crate::services::disk::Content;
use crate::services::{Services, StoredFile};
use store::{FileStore, Kind, New};

/// The files of each tenant.
pub(crate) struct Files {
    stores: Tenants<FileStore>,
    im: Arc<Im>,
}

/// What an operation on files works with.
struct Ctx<'a> {
    files: &'a mut FileStore,
    im: &'a Im,
    services: &'a Services,
    call: &'a Call,
}

impl Ctx<'_> {
    /// A file of the form. The checks have made sure that it is there.
    fn file(&self, field: &str) -> Result<&FormFile, Rejection> {
        let missing = || Rejection::of_field(field, "", "expected a file");
        self.call.files.get(field).ok_or_else(missing)
    }
}

impl Files {
    pub(super) fn new(seed: Option<Seed>, im: Arc<Im>) -> Self {
        Self { stores: Tenants::new(seed), im }
    }

    /// A file by its key, token or guid, in whichever tenant.
    pub(crate) fn stored_file(&self, key: &str) -> Option<StoredFile> {
        self.stores.all().iter().find_map(|files| crate::lock(files).stored(key))
    }

    /// The document or block that a media was uploaded to.
    pub(super) fn media_parent(&self, tenant_key: &str, token: &str) -> Option<String> {
        let files = self.stores.of(tenant_key)?;
        let files = crate::lock(&files);
        files.find(Kind::Media, token).map(|it| it.parent.clone())
    }

    /// Stores a media that came in the body of another call; its token.
    pub(super) fn keep_media(
        &self,
        services: &Services,
        call: &Call,
        name: &str,
        bytes: &[u8],
    ) -> Result<String, Rejection> {
        let files = self.stores.need(call.tenant_key(), codes::DRIVE_NOT_FOUND)?;
        let files = &mut crate::lock(&files);
        let write = || {
            let mut file = services.disk.create()?;
            file.add(bytes)?;
            Ok(Content::of(vec![Arc::new(file.finish())]))
        };
        let content = write().map_err(|error: std::io::Error| {
            // The directory is gone: the sandbox is stopping.
            codes::DRIVE_NOT_FOUND.because(error.to_string())
        })?;
        let parent = call.path("spreadsheetToken").to_owned();
        let new = New { kind: Kind::Media, name: name.to_owned(), content, parent };
        Ok(Ctx { files, im: &self.im, services, call }.store(new))
    }

    /// The number of parts of uploads that were accepted, in all tenants.
    pub(crate) fn parts_received(&self) -> u64 {
        self.stores.all().iter().map(|files| crate::lock(files).parts_received()).sum()
    }
}

impl Part for Files {
    fn checks(&self) -> Checks {
        Checks::AllButLimits
    }

    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let files = self.stores.of(call.tenant_key())?;
        let files = &mut crate::lock(&files);
        let ctx = &mut Ctx { files, im: &self.im, services, call };
        match call.operation_id {
            "im.v1.file.create" => data(message_files::create_file(ctx)),
            "im.v1.file.get" => Some(message_files::get(ctx, Kind::MessageFile, "file_key")),
            "im.v1.image.create" => data(message_files::create_image(ctx)),
            "im.v1.image.get" => Some(message_files::get(ctx, Kind::Image, "image_key")),
            "im.v1.message.resource.get" => Some(message_files::resource(ctx)),
            "drive.v1.file.create_folder" => data(listing::create_folder(ctx)),
            "task.v2.attachment.upload" => data(attachments::upload(ctx)),
            "task.v2.attachment.get" => data(attachments::get(ctx)),
            "task.v2.attachment.list" => data(attachments::list(ctx)),
            "task.v2.attachment.delete" => no_data(attachments::delete(ctx)),
            _ => up_or_download(ctx),
        }
    }
}

/// The calls that files and medias have alike.
fn up_or_download(ctx: &mut Ctx<'_>) -> Option<Result<Response, Rejection>> {
    let (resource, method) = ctx.call.operation_id.strip_prefix("drive.v1.")?.split_once('.')?;
    let kind = match resource {
        "file" => Kind::DriveFile,
        "media" => Kind::Media,
        _ => return None,
    };
    match method {
        "download" => Some(drive::download(ctx, kind)),
        "upload_all" => data(drive::upload_all(ctx, kind)),
        "upload_prepare" => data(chunks::prepare(ctx, kind)),
        "upload_part" => no_data(chunks::part(ctx, kind)),
        "upload_finish" => data(chunks::finish(ctx, kind)),
        _ => None,
    }
}

/// Whether a checksum, if one is given, is that of the content.
fn verify(ctx: &Ctx<'_>, content: &Content) -> Result<(), Rejection> {
    let Some(given) = ctx.call.text("checksum").filter(|given| !given.is_empty()) else {
        return Ok(());
    };
    let actual = content.checksum().map_err(|error| {
        // The directory is gone: the sandbox is stopping.
        codes::DRIVE_NOT_FOUND.because(error.to_string())
    })?;
    if actual == given { Ok(()) } else { Err(Rejection::of(codes::CHECKSUM_WRONG)) }
}
